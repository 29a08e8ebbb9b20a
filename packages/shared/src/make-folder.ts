import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from './errors.ts';

/**
 * Makes a folder (absolute) and at most `levels` folders above it that are missing; one that is there stays as it is.
 * Node's own recursive mkdir never ends on a file system that answers ENOENT for a name in a folder that is there (/proc).
 * @throws the system error of the first folder that cannot be made, ENOENT where more than `levels` are missing.
 */
export function makeFolder(folder: string, { mode = 0o777, levels = Number.POSITIVE_INFINITY } = {}): void {
  const parent = path.dirname(folder);
  if (!isFolder(parent) && parent !== folder && levels > 0) makeFolder(parent, { mode, levels: levels - 1 });
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    if (!hasErrno(error, 'EEXIST', 'EROFS', 'EACCES', 'EPERM') || !isFolder(folder)) throw error;
  }
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}
