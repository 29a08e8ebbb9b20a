import { closeSync, constants, fstatSync, ftruncateSync, readSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';
import { appendFixedName, openFixedName } from '@yoban/shared/fixed-name-file';

export interface LineFile {
  /** Adds the line, unless it is among the last of the file already. Throws the system error. */
  append(line: string): void;
}

/** Much more than can be written between the line of a fact and the note that the fact was taken. */
const tailBytes = 256 * 1024;
const knownMax = 5_000;
const newline = 0x0a;

/**
 * A file of lines that one process adds to. A line half written by a process that died is taken off: what it was about is told
 * again, and half a line would end the reading of whoever parses the file.
 */
export function openLineFile(file: string): LineFile {
  const known = new Set(readTail(file));
  return {
    append: (line) => {
      if (known.has(line)) return;
      appendFixedName(file, `${line}\n`);
      known.add(line);
      const [oldest] = known;
      if (known.size > knownMax && oldest !== undefined) known.delete(oldest);
    },
  };
}

function readTail(file: string): string[] {
  let fd: number;
  try {
    fd = openFixedName(file, constants.O_RDWR);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const from = Math.max(0, size - tailBytes);
    const tail = Buffer.alloc(size - from);
    readSync(fd, tail, 0, tail.length, from);
    const whole = tail.subarray(0, tail.lastIndexOf(newline) + 1);
    if (whole.length < tail.length) ftruncateSync(fd, from + whole.length);
    return whole.toString('utf8').split('\n');
  } finally {
    closeSync(fd);
  }
}
