import { rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';
import { segmentOf } from './read-spool.ts';

export interface SegmentWriterOptions {
  dir: string;
  /** Segments that are there already, with their bytes. They are never appended to: their ends may be torn. */
  known: ReadonlyMap<number, number>;
  segmentMaxBytes: number;
}

interface Waiting {
  text: string;
  resolve: (segment: number) => void;
  reject: (error: unknown) => void;
}

interface Current {
  number: number;
  file: FileHandle;
}

/** Appends to numbered files, one fdatasync for whatever came while the disk was busy with the last one. */
export class SegmentWriter {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #sizes: Map<number, number>;
  #next: number;
  #current: Current | null = null;
  #waiting: Waiting[] = [];
  readonly #inTurn = createOneAtATime();
  #closed: boolean = false;

  constructor({ dir, known, segmentMaxBytes }: SegmentWriterOptions) {
    this.#dir = dir;
    this.#maxBytes = segmentMaxBytes;
    this.#sizes = new Map(known);
    this.#next = Math.max(0, ...known.keys()) + 1;
  }

  /** What all segments hold. */
  get bytes(): number {
    return [...this.#sizes.values()].reduce((sum, size) => sum + size, 0);
  }

  /** Resolves to the number of the segment once the disk has the text. */
  append(text: string): Promise<number> {
    // Its folder may belong to another alerter by now.
    if (this.#closed) return Promise.reject(new Error('the spool is closed'));
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#waiting.push({ text, resolve, reject });
    // A failure of the file's end is told by the next append that needs one.
    this.#inTurn(() => this.#flush()).catch(() => undefined);
    return promise;
  }

  /** Removes a segment; what is appended from now on goes to a new one. */
  remove(segment: number): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#current?.number === segment) await this.#leave();
      rmSync(path.join(this.#dir, segmentOf(segment)), { force: true });
      this.#sizes.delete(segment);
    });
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#inTurn(() => this.#leave());
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    if (batch.length === 0) return;
    try {
      const number = await this.#write(batch.map(({ text }) => text).join(''));
      for (const { resolve } of batch) resolve(number);
    } catch (error) {
      for (const { reject } of batch) reject(error);
      // Nobody knows what such a file holds: it ends here, and what follows goes to a new one.
      await this.#leave();
    }
  }

  async #write(text: string): Promise<number> {
    const { number, file } = this.#current ?? (await this.#enter());
    const bytes = Buffer.from(text);
    await file.appendFile(bytes);
    await file.datasync();
    const size = (this.#sizes.get(number) ?? 0) + bytes.length;
    this.#sizes.set(number, size);
    if (size >= this.#maxBytes) await this.#leave();
    return number;
  }

  async #enter(): Promise<Current> {
    const number = this.#next;
    this.#next += 1;
    const file = await open(path.join(this.#dir, segmentOf(number)), 'ax', 0o600);
    this.#current = { number, file };
    this.#sizes.set(number, 0);
    await syncFolder(this.#dir);
    return this.#current;
  }

  async #leave(): Promise<void> {
    const left = this.#current;
    this.#current = null;
    await left?.file.close();
  }
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
