import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Tier } from '@yoban/shared/contracts/backup';
import { hasErrno } from '@yoban/shared/errors';
import { writeSums } from './backup-folder.ts';
import { parseBackupName } from './backup-name.ts';
import type { Catalog, CatalogFile } from './catalog.ts';
import { planRotation, type RotationPolicy } from './rotation.ts';

export interface RotationDeps {
  catalog: Catalog;
  backupDir: string;
  now: () => number;
}

/**
 * Removes what `planRotation` lets go of one database's tier, and writes SHA256SUMS anew. Only files that the catalog knows,
 * that lie in the tier's own folder as regular files and bear this database's and tier's name are ever touched (B5).
 * @returns how many files went.
 */
export async function applyRotation(
  { catalog, backupDir, now }: RotationDeps,
  db: string,
  tier: Tier,
  policy: RotationPolicy,
): Promise<number> {
  const files = catalog
    .files({ db, tier })
    .map((file) => ({ ...file, dueAtMs: Date.parse(file.dueAt), state: goodOrBad(file) }));
  let removed = 0;
  for (const { file, keep } of planRotation(files, policy, now())) {
    if (keep || !(await isOurs(file, backupDir))) continue;
    await rm(file.path, { force: true });
    catalog.setFileState(file.id, 'deleted');
    removed += 1;
  }
  await writeSums(catalog, backupDir, tier);
  return removed;
}

const goodOrBad = (file: CatalogFile): 'good' | 'bad' => (file.state === 'good' ? 'good' : 'bad');

async function isOurs(file: Pick<CatalogFile, 'path' | 'db' | 'tier'>, backupDir: string): Promise<boolean> {
  const name = parseBackupName(path.basename(file.path));
  if (name?.db !== file.db || name.tier !== file.tier) return false;
  if (path.dirname(file.path) !== path.join(backupDir, file.tier)) return false;
  try {
    return (await lstat(file.path)).isFile();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return true;
    throw error;
  }
}
