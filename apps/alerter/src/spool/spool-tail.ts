import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { applyRecord, numberOf, type SpoolEntry, segmentsIn } from './read-spool.ts';
import { readSpoolLine } from './spool-line.ts';

interface Followed {
  /** Tells a file from a later one of the same name: whoever starts on an empty folder begins with the first number again. */
  file: string;
  /** What was read of it, to the end of its last whole line. */
  offset: number;
}

/**
 * Follows a spool that another process owns: each look reads what its files have gained since the last. A file is removed when
 * nothing of it waits any more.
 */
export class SpoolTail {
  readonly #dir: string;
  readonly #entries = new Map<string, SpoolEntry>();
  readonly #followed = new Map<string, Followed>();

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** What waits there now. @throws the system error of a file that cannot be read */
  look(): ReadonlyMap<string, SpoolEntry> {
    const segments = new Set(segmentsIn(this.#dir));
    for (const known of [...this.#followed.keys()]) if (!segments.has(known)) this.#leave(known);
    for (const segment of segments) this.#follow(segment);
    return this.#entries;
  }

  #leave(segment: string): void {
    this.#followed.delete(segment);
    for (const [id, entry] of this.#entries) if (entry.segment === numberOf(segment)) this.#entries.delete(id);
  }

  #follow(segment: string): void {
    const { file, text } = gainOf(path.join(this.#dir, segment), this.#followed.get(segment));
    if (this.#followed.get(segment)?.file !== file) this.#leave(segment);
    const whole = text.lastIndexOf('\n') + 1;
    this.#followed.set(segment, { file, offset: (this.#followed.get(segment)?.offset ?? 0) + whole });
    for (const line of text.toString('utf8', 0, whole).split('\n')) {
      const record = readSpoolLine(line);
      if (record) applyRecord(this.#entries, record, numberOf(segment));
    }
  }
}

function gainOf(name: string, known: Followed | undefined): { file: string; text: Buffer } {
  try {
    const fd = openSync(name, 'r');
    try {
      const { ino, birthtimeMs, size } = fstatSync(fd);
      const file = `${ino} ${birthtimeMs}`;
      const from = known?.file === file ? known.offset : 0;
      const bytes = Buffer.alloc(Math.max(0, size - from));
      return { file, text: bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from)) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // Emptied and removed since it was listed.
    if (hasErrno(error, 'ENOENT')) return { file: '', text: Buffer.alloc(0) };
    throw error;
  }
}
