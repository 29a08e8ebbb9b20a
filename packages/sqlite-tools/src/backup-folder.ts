import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Tier } from '@yoban/shared/contracts/backup';
import { hasErrno } from '@yoban/shared/errors';
import { writeFileAtomic } from './atomic-file.ts';
import type { Catalog } from './catalog.ts';

const tempPattern = /^\.yoban-([0-9a-f-]{36})\.tmp(?:\.gz)?$/;

/** The id of the run that made a hidden temp file, or null when the file is not one of ours. */
export const runIdOfTemp = (fileName: string): string | null => tempPattern.exec(fileName)?.[1] ?? null;

/** File names in a tier's folder; a folder that is not there holds none. */
export async function tierFileNames(backupDir: string, tier: Tier): Promise<string[]> {
  try {
    return await readdir(path.join(backupDir, tier));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** Names that a new file of the tier must not have: on the disk, or promised to a run that is about to use them. */
export async function takenNames(catalog: Catalog, backupDir: string, tier: Tier): Promise<Set<string>> {
  const promised = catalog.unfinishedRuns().flatMap((run) => (run.prepared ? [path.basename(run.prepared.path)] : []));
  return new Set([...(await tierFileNames(backupDir, tier)), ...promised]);
}

/** `SHA256SUMS` beside the files of a tier, for people: `sha256sum -c SHA256SUMS`. The catalog is what yoban believes. */
export async function writeSums(catalog: Catalog, backupDir: string, tier: Tier): Promise<void> {
  const lines = catalog
    .files({ tier, states: ['good'] })
    .filter((file) => path.dirname(file.path) === path.join(backupDir, tier))
    .map((file) => `${file.sha256}  ${path.basename(file.path)}\n`);
  await writeFileAtomic(path.join(backupDir, tier, 'SHA256SUMS'), lines.reverse().join(''));
}
