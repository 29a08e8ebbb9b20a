import { constants, rmSync } from 'node:fs';
import { access, link, rm } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { fsyncDir } from '@yoban/sqlite-tools/atomic-file';
import { buildRestored } from '@yoban/sqlite-tools/build-restored';
import type { RestoreCandidate } from '@yoban/sqlite-tools/restore-candidates';
import type { Words } from '../words/words.ts';

export interface ToFileRequest {
  candidate: RestoreCandidate;
  /** Absolute; must not exist. */
  target: string;
  requiredTables: readonly string[];
}

/**
 * Writes the database that a candidate holds to a new file: verified before it gets its name, and never over another file.
 * @returns size in bytes. @throws OpsError USAGE when the name is taken or its folder cannot be written, as `buildRestored`.
 */
export async function restoreToFile(
  { candidate, target, requiredTables }: ToFileRequest,
  words: Words,
): Promise<number> {
  await requireFolder(path.dirname(target), words);
  const draft = path.join(path.dirname(target), `.${path.basename(target)}.${process.pid}.restoring`);
  const wipe = () => rmSync(draft, { force: true });
  process.on('exit', wipe);
  try {
    const sizeBytes = await buildRestored({ candidate, target: draft, requiredTables });
    await link(draft, target);
    await fsyncDir(path.dirname(target));
    return sizeBytes;
  } catch (error) {
    if (hasErrno(error, 'EEXIST')) {
      throw new OpsError('USAGE', words.restore.exists(target), { hint: words.restore.existsHint });
    }
    throw error;
  } finally {
    process.off('exit', wipe);
    await rm(draft, { force: true });
  }
}

async function requireFolder(folder: string, words: Words): Promise<void> {
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) {
      throw new OpsError('USAGE', words.restore.noFolder(folder), { hint: words.restore.noFolderHint(folder) });
    }
    if (!hasErrno(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    throw new OpsError('USAGE', words.restore.folderClosed(folder), { hint: words.restore.existsHint });
  }
}
