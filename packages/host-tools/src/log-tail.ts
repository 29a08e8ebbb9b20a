import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';

const maxBytes = 64 * 1024;

/**
 * The last 64 KB of a log; '' when it is not there or nobody has written to it since `writtenSince` (epoch ms): an old line
 * is no evidence for a new fault.
 */
export function readLogTail(file: string, writtenSince = 0): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return '';
    throw error;
  }
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    if (mtimeMs < writtenSince) return '';
    const bytes = Buffer.alloc(Math.min(size, maxBytes));
    const read = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.subarray(0, read).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}
