import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { asOpsError } from '@yoban/shared/errors';
import { buildRestored } from './build-restored.ts';
import type { RestoreCandidate } from './restore-candidates.ts';

export type BackupFileVerdict =
  | { state: 'good'; databaseBytes: number }
  /** `detail` says what is wrong with the file; the catalog should then call it bad. */
  | { state: 'bad'; detail: string };

/**
 * Proves a backup file again, plain or packed, as a restore would: its hash against the recorded one, then the whole check of what
 * it holds, built in a scratch folder that is removed. The file itself is only read.
 * @throws OpsError BACKUP_NOT_FOUND, DISK_FULL: these say nothing about the file.
 */
export async function verifyBackupFile(
  candidate: RestoreCandidate,
  requiredTables: readonly string[],
  scratchParent = tmpdir(),
): Promise<BackupFileVerdict> {
  const scratch = await mkdtemp(path.join(scratchParent, '.yoban-verify-'));
  const wipe = () => rmSync(scratch, { recursive: true, force: true });
  process.on('exit', wipe);
  try {
    const databaseBytes = await buildRestored({ candidate, requiredTables, target: path.join(scratch, 'db') });
    return { state: 'good', databaseBytes };
  } catch (thrown) {
    const error = asOpsError(thrown);
    if (error.code !== 'RESTORE_CANDIDATE_BAD') throw error;
    return { state: 'bad', detail: error.message };
  } finally {
    process.off('exit', wipe);
    await rm(scratch, { recursive: true, force: true });
  }
}
