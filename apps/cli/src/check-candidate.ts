import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { asOpsError } from '@yoban/shared/errors';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import { type BackupFileVerdict, verifyBackupFile } from '@yoban/sqlite-tools/verify-backup-file';
import type { PickedDatabase } from './pick-database.ts';

/**
 * Proves that a backup can be restored. A file that is gone is as bad as a broken one: both cannot come back.
 * @throws OpsError for what says nothing about the file (no room, no rights).
 */
export async function checkCandidate(
  candidate: RestoreCandidate,
  { db, backupDir }: PickedDatabase,
): Promise<BackupFileVerdict> {
  // The backup folder has room for files of this size; a temp folder in memory may not.
  const scratch = existsSync(backupDir) ? backupDir : tmpdir();
  try {
    return await verifyBackupFile(candidate, db.requiredTables, scratch);
  } catch (thrown) {
    const { code, message } = asOpsError(thrown);
    if (code !== 'BACKUP_NOT_FOUND') throw thrown;
    return { state: 'bad', detail: message };
  }
}
