import { randomFillSync } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, writeSync } from 'node:fs';

const PAGE_BYTES = 4_096;

/** `middle`: all pages but the first and the last quarter, so the file still opens and its tables do not read. `all`: no SQLite file at all. */
export type RuinPart = 'middle' | 'all';

/** Overwrites a database file with noise, in place. Nobody may have it open through SQLite in this process. Returns the bytes written. */
export function ruinFile(path: string, part: RuinPart): number {
  const file = openSync(path, 'r+');
  try {
    const { size } = fstatSync(file);
    const from = part === 'all' ? 0 : PAGE_BYTES;
    const to = part === 'all' ? size : Math.max(from + PAGE_BYTES, Math.floor((size * 3) / 4));
    const noise = randomFillSync(Buffer.alloc(Math.min(size, to) - from));
    writeSync(file, noise, 0, noise.length, from);
    fsyncSync(file);
    return noise.length;
  } finally {
    closeSync(file);
  }
}
