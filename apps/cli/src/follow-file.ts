import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrno } from '@yoban/shared/errors';

const lookEveryMs = 300;
const chunkBytes = 64 * 1024;

/** Gives each new whole line of a file until the signal fires. A file that was rotated or cut is read from its new beginning. */
export async function followFile(
  file: string,
  fromOffset: number,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let offset = fromOffset;
  let inode: number | null = null;
  let rest = '';
  let decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(chunkBytes);
  while (!signal.aborted) {
    const seen = look(file);
    if (seen && ((inode !== null && seen.ino !== inode) || seen.size < offset)) {
      offset = 0;
      rest = '';
      decoder = new StringDecoder('utf8');
    }
    inode = seen?.ino ?? inode;
    const read = seen && seen.size > offset ? readAt(file, buffer, offset) : 0;
    offset += read;
    const lines = `${rest}${decoder.write(buffer.subarray(0, read))}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
    if (read < chunkBytes) await pause(signal);
  }
}

function look(file: string): { size: number; ino: number } | null {
  try {
    return statSync(file);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function readAt(file: string, buffer: Buffer, offset: number): number {
  const descriptor = openSync(file, 'r');
  try {
    return readSync(descriptor, buffer, 0, buffer.length, offset);
  } finally {
    closeSync(descriptor);
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await sleep(lookEveryMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
