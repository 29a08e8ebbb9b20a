import { closeSync, constants, fstatSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hasErrno } from './errors.ts';

/**
 * Files under names that anybody can know, in folders that a guarded app may write to (`run/` and `logs/` are volumes it can
 * share): what it puts there under our name must not lead our writing to another file, such as a backup, nor make us wait.
 */
const guard = constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A descriptor of the regular file at `file`, which the caller closes. `flags` = those of open(2), without following a link.
 * @throws the system error; ELOOP for a link, ENXIO for a pipe, and an Error for anything else that is not a file.
 */
export function openFixedName(file: string, flags: number, mode = 0o644): number {
  const descriptor = openSync(file, flags | guard, mode);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Error(`${file} is not a regular file`);
}

/** Adds the text, to a new file where there is none. @throws as openFixedName. */
export function appendFixedName(file: string, text: string): void {
  const descriptor = openFixedName(file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** Puts a new file with this text in the place of whatever has that name. Whole or not at all. @throws the system error. */
export function replaceFixedName(file: string, text: string, mode = 0o644): void {
  const draft = `${file}.${crypto.randomUUID()}`;
  try {
    writeFileSync(draft, text, { flag: 'wx', mode });
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** False for a link too, wherever it leads. */
export function isPlainFile(file: string): boolean {
  try {
    return lstatSync(file).isFile();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return false;
    throw error;
  }
}
