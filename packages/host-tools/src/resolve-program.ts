import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const known = new Map<string, string>();

export interface ProgramPlace {
  /** As PATH has it; the system's folders where there is none. */
  searchPath: string | undefined;
  /** A name with a slash counts from here. */
  baseDir: string;
}

/**
 * Absolute path of a program, looked up once in the life of this process: what lies first in PATH later is not run in its place.
 * @throws OpsError PROGRAM_NOT_FOUND
 */
export function resolveProgram(name: string, { searchPath, baseDir }: ProgramPlace): string {
  const folders = (searchPath || usualPath).split(':').filter((folder) => path.isAbsolute(folder));
  const key = [baseDir, folders.join(':'), name].join('\0');
  const before = known.get(key);
  if (before !== undefined) return before;
  const places = name.includes('/') ? [path.resolve(baseDir, name)] : folders.map((folder) => path.join(folder, name));
  const found = places.find(isProgram);
  if (found === undefined) {
    const where = name.includes('/') ? 'is no program that we may run' : 'is not in PATH';
    throw new OpsError('PROGRAM_NOT_FOUND', `${name} ${where}`);
  }
  known.set(key, found);
  return found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP')) return false;
    throw error;
  }
}
