import { accessSync, constants, statSync } from 'node:fs';
import { RunError } from './run-error.ts';
import type { RunWords } from './words/words.ts';

/** @throws RunError USAGE for a folder of the socket that is missing, no folder, or not ours to write in. */
export function checkFolder(folder: string, words: RunWords): void {
  try {
    if (!statSync(folder).isDirectory()) throw folderProblem(folder, 'ENOTDIR', words);
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (error instanceof RunError || !(error instanceof Error && 'code' in error)) throw error;
    throw folderProblem(folder, String(error.code), words);
  }
}

/** What to do about it depends on what it is: a mkdir does not help against the rights of a volume. */
export function folderProblem(folder: string, code: string, words: RunWords): RunError {
  switch (code) {
    case 'ENOENT':
      return new RunError('USAGE', words.folderUnusable(folder, code), words.folderHint(folder));
    case 'ENOTDIR':
      return new RunError('USAGE', words.folderIsFile(folder), words.folderIsFileHint);
    case 'EACCES':
    case 'EPERM': {
      const uid = process.geteuid?.() ?? -1;
      return new RunError('USAGE', words.folderForbidden(folder, ownerOf(folder), uid), words.folderForbiddenHint(uid));
    }
    case 'EROFS':
      return new RunError('USAGE', words.folderUnusable(folder, code), words.folderReadOnlyHint);
    default:
      return new RunError('USAGE', words.folderUnusable(folder, code), words.folderOtherHint);
  }
}

/** Null where a folder above it is closed to us too. */
function ownerOf(folder: string): { uid: number; mode: string } | null {
  try {
    const { uid, mode } = statSync(folder);
    return { uid, mode: (mode & 0o7777).toString(8).padStart(4, '0') };
  } catch {
    return null;
  }
}
