import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { z } from 'zod';
import { createLineSplitter } from './core/log-lines.ts';

/** Up to where a log has been read, and how that file is known again. */
export const LogPlace = z.object({
  ino: z.number(),
  offset: z.number(),
  /** The bytes before that, in hex: a file that was emptied and written anew has others, also where it is larger by now. */
  tail: z.string(),
});
export type LogPlace = z.infer<typeof LogPlace>;

export interface LogReading {
  file: string;
  /** Null at the first reading. */
  place: LogPlace | null;
  /** Bytes from the end at which a first reading begins. */
  firstBytes: number;
  onLine: (line: string) => boolean;
  signal: AbortSignal;
}

const chunkBytes = 64 * 1_024;
/** More at once is not read: of a log that grows faster than this the newest counts. */
const readMaxBytes = 32 * 1_048_576;
const tailBytes = 64;
const siblingsMax = 1_000;

/**
 * Gives `onLine` each line that is new since the place, in order, through a rotation (by rename or by copy and truncation) in
 * between. A last line without its end is given too; where `onLine` takes it (true) it is not given again. @returns the place
 * reached. @throws the system error when the file cannot be read.
 */
export async function readNewLines(reading: LogReading): Promise<LogPlace> {
  const { file, place } = reading;
  const handle = await open(file, 'r');
  try {
    const { ino, size } = await handle.stat();
    const goesOn = place !== null && place.ino === ino && (await reaches(handle, place));
    if (place !== null && !goesOn) await readRestOf(place, ino, reading);
    const from = place === null ? size - reading.firstBytes : goesOn ? place.offset : 0;
    const offset = await readFrom(handle, Math.max(0, from, size - readMaxBytes), reading);
    return { ino, offset, tail: await tailBefore(handle, offset) };
  } finally {
    await handle.close();
  }
}

async function tailBefore(handle: FileHandle, offset: number): Promise<string> {
  const buffer = Buffer.alloc(Math.min(tailBytes, offset));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset - buffer.length);
  return buffer.subarray(0, bytesRead).toString('hex');
}

/** Whether this file holds what was read up to the place. */
const reaches = async (handle: FileHandle, { offset, tail }: LogPlace): Promise<boolean> =>
  (await tailBefore(handle, offset)) === tail;

/** @returns the offset behind the last line that was taken. */
async function readFrom(handle: FileHandle, from: number, { onLine, signal }: LogReading): Promise<number> {
  const splitter = createLineSplitter();
  const buffer = Buffer.alloc(chunkBytes);
  let offset = from;
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, chunkBytes, offset);
    if (bytesRead === 0) break;
    offset += bytesRead;
    for (const line of splitter.push(Buffer.from(buffer.subarray(0, bytesRead)))) onLine(line);
  }
  const { text, bytes } = splitter.rest();
  return text !== '' && onLine(text) ? offset : offset - bytes;
}

/** What was written to the file before it was put aside. One that was packed meanwhile is not read. */
async function readRestOf(place: LogPlace, now: number, reading: LogReading): Promise<void> {
  const folder = path.dirname(reading.file);
  const names = (await readdir(folder)).slice(0, siblingsMax);
  for (const name of names) {
    const handle = await openLog(path.join(folder, name));
    if (!handle) continue;
    try {
      const { ino, size } = await handle.stat();
      const isKnown = ino === place.ino || place.tail !== '';
      if (ino !== now && isKnown && (await reaches(handle, place))) {
        await readFrom(handle, Math.max(place.offset, size - readMaxBytes), reading);
        return;
      }
    } finally {
      await handle.close();
    }
  }
}

/** Null for what is no file, which to open could wait for ever, and for what went meanwhile. */
async function openLog(file: string): Promise<FileHandle | null> {
  try {
    return (await stat(file)).isFile() ? await open(file, 'r') : null;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'EACCES', 'EPERM', 'ELOOP')) return null;
    throw error;
  }
}
