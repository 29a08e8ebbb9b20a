import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { segmentOf } from './read-spool.ts';

export interface SegmentWriter {
  /** Resolves to the number of the segment once the disk has the text. Texts that wait for the disk go to it together. */
  append(text: string): Promise<number>;
  /** Removes a segment; what is appended from now on goes to a new one. */
  remove(segment: number): Promise<void>;
  /** What all segments hold. */
  bytes(): number;
  close(): Promise<void>;
}

interface Waiting {
  text: string;
  resolve: (segment: number) => void;
  reject: (error: unknown) => void;
}

export interface SegmentWriterOptions {
  dir: string;
  /** Segments that are there already, with their bytes. They are never appended to: their ends may be torn. */
  known: ReadonlyMap<number, number>;
  segmentMaxBytes: number;
}

/** Appends to numbered files, one fdatasync for whatever came while the disk was busy with the last one. */
export function createSegmentWriter({ dir, known, segmentMaxBytes }: SegmentWriterOptions): SegmentWriter {
  const sizes = new Map(known);
  let current: { number: number; file: FileHandle } | null = null;
  let next = Math.max(0, ...known.keys()) + 1;
  let waiting: Waiting[] = [];
  let queue: Promise<void> = Promise.resolve();
  /** One thing at a time, in the order asked for. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work);
    queue = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };

  const leave = async (): Promise<void> => {
    const left = current;
    current = null;
    await left?.file.close();
  };
  const enter = async (): Promise<{ number: number; file: FileHandle }> => {
    const number = next;
    next += 1;
    const file = await open(path.join(dir, segmentOf(number)), 'ax', 0o600);
    current = { number, file };
    sizes.set(number, 0);
    await syncFolder(dir);
    return current;
  };
  const write = async (text: string): Promise<number> => {
    const { number, file } = current ?? (await enter());
    const bytes = Buffer.from(text);
    await file.appendFile(bytes);
    await file.datasync();
    const size = (sizes.get(number) ?? 0) + bytes.length;
    sizes.set(number, size);
    if (size >= segmentMaxBytes) await leave();
    return number;
  };
  const flush = async (): Promise<void> => {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      const number = await write(batch.map(({ text }) => text).join(''));
      for (const { resolve } of batch) resolve(number);
    } catch (error) {
      for (const { reject } of batch) reject(error);
      // Nobody knows what such a file holds: it ends here, and what follows goes to a new one.
      await leave();
    }
  };
  return {
    append: (text) => {
      const { promise, resolve, reject } = Promise.withResolvers<number>();
      waiting.push({ text, resolve, reject });
      // A failure of the file's end is told by the next append that needs one.
      inTurn(flush).catch(() => undefined);
      return promise;
    },
    remove: (segment) =>
      inTurn(async () => {
        if (current?.number === segment) await leave();
        rmSync(path.join(dir, segmentOf(segment)), { force: true });
        sizes.delete(segment);
      }),
    bytes: () => [...sizes.values()].reduce((sum, size) => sum + size, 0),
    close: () => inTurn(leave),
  };
}

/** A file's name is on the disk only with its folder. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
