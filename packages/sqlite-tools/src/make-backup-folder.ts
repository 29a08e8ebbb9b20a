import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { makeFolder } from '@yoban/shared/make-folder';

/**
 * Makes a folder for backups and at most `levels` above it. What is missing above these is a disk that is not mounted: backups
 * written beneath its mount point would vanish from sight when it comes back.
 * @throws OpsError BACKUP_FAILED naming the folder that is missing.
 */
export function makeBackupFolder(folder: string, levels: number): void {
  try {
    makeFolder(folder, { mode: 0o700, levels });
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
    let missing = path.dirname(folder);
    for (let level = 0; level < levels; level += 1) missing = path.dirname(missing);
    throw new OpsError('BACKUP_FAILED', `${missing} does not exist: is the disk mounted?`, {
      cause: error,
      hint: `Mount it, or make it: mkdir -p ${missing}`,
      fields: { folder },
    });
  }
}
