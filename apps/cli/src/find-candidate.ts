import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { candidateOfFile, type RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';

/**
 * The candidate that a person names: a path from where they stand, or the bare name of a file in the backup folder.
 * @throws OpsError BACKUP_NOT_FOUND when it is not there, is not a file, or may not be read.
 */
export async function findCandidate(
  name: string,
  cwd: string,
  candidates: readonly RestoreCandidate[],
): Promise<RestoreCandidate> {
  const file = path.resolve(cwd, name);
  const known = candidates.find((candidate) => candidate.path === file || path.basename(candidate.path) === name);
  await requireReadable(known?.path ?? file);
  return known ?? candidateOfFile(file);
}

async function requireReadable(file: string): Promise<void> {
  try {
    await access(file, constants.R_OK);
    if ((await stat(file)).isFile()) return;
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM')) throw error;
    const why = hasErrno(error, 'EACCES', 'EPERM') ? 'may not be read by this user' : 'does not exist';
    throw new OpsError('BACKUP_NOT_FOUND', `${file} ${why}`, { cause: error, fields: { file } });
  }
  throw new OpsError('BACKUP_NOT_FOUND', `${file} is not a file`, { fields: { file } });
}
