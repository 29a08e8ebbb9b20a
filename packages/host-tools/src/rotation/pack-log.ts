import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm, stat, utimes } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { fileIdOf, writersOf } from './writers-of.ts';

/**
 * Packs a rotated log to `<file>.gz` and removes it. One that somebody still has open to write, or wrote to meanwhile, is left for the
 * next time. @returns whether it was packed
 */
export async function packLog(file: string): Promise<boolean> {
  if (isWritten(file)) return false;
  const before = await stat(file);
  const part = `${file}.gz.part`;
  try {
    const to = createWriteStream(part, { mode: before.mode & 0o777, flush: true });
    await pipeline(createReadStream(file), createGzip(), to);
    if ((await unpackedBytes(part)) !== before.size) return false;
    const now = await stat(file);
    if (now.size !== before.size || now.mtimeMs !== before.mtimeMs || isWritten(file)) return false;
    await utimes(part, before.atime, before.mtime);
    await rename(part, `${file}.gz`);
    await rm(file);
    return true;
  } finally {
    await rm(part, { force: true });
  }
}

const isWritten = (file: string): boolean => writersOf(fileIdOf(file)).writers.length > 0;

async function unpackedBytes(file: string): Promise<number> {
  let bytes = 0;
  const handle = await open(file);
  for await (const chunk of handle.createReadStream().pipe(createGunzip())) bytes += (chunk as Buffer).length;
  return bytes;
}
