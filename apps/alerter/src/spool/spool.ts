import { copyFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';
import type { DirectTelling } from '../core/direct-telling.ts';
import { forgetOvertaken } from './overtaken.ts';
import { numberOf, readSpool, type SpoolEntry, type SpoolRead } from './read-spool.ts';
import { SegmentWriter } from './segment-writer.ts';
import { spoolLine } from './spool-line.ts';

export interface SpoolOptions {
  dir: string;
  log: Log;
  maxBytes?: number;
  segmentMaxBytes?: number;
}

const megabyte = 1_048_576;
const usualMaxBytes = 64 * megabyte;
const usualSegmentMaxBytes = 4 * megabyte;

/**
 * Events that wait for Redis, in a folder, made where it is missing, with one owner. What a kill cut off is passed over: it was
 * never answered for. A file with damage inside is kept beside the others as `damaged-…`.
 */
export class Spool {
  readonly #dir: string;
  readonly #maxBytes: number;
  readonly #entries: Map<string, SpoolEntry>;
  readonly #writer: SegmentWriter;
  /** Events that still wait, by the number of their segment. */
  readonly #live: Map<number, number>;
  /** Events that are on their way to the disk. */
  readonly #owing = new Map<string, Promise<void>>();

  /** @throws OpsError STORE_UNAVAILABLE */
  constructor({ dir, log, maxBytes = usualMaxBytes, segmentMaxBytes = usualSegmentMaxBytes }: SpoolOptions) {
    const { entries, known } = openFolder(dir, log);
    this.#dir = dir;
    this.#maxBytes = maxBytes;
    this.#entries = entries;
    this.#writer = new SegmentWriter({ dir, known, segmentMaxBytes });
    this.#live = new Map([...known.keys()].map((segment) => [segment, 0]));
    for (const { segment } of entries.values()) this.#count(segment, 1);
  }

  /** What waits, in the order it came. */
  pending(): readonly SpoolEntry[] {
    return [...this.#entries.values()];
  }

  find(eventId: string): SpoolEntry | undefined {
    return this.#entries.get(eventId);
  }

  /**
   * Resolves when the disk has all of them; one that waits here already is not written again.
   * @throws OpsError SPOOL_FULL, STORE_UNAVAILABLE: then any of them may be there, and sending them again is harmless
   */
  async append(events: readonly AlertEvent[], receivedAt: number): Promise<void> {
    const unique = [...new Map(events.map((event) => [event.id, event])).values()];
    const fresh = unique.filter(({ id }) => !this.#entries.has(id) && !this.#owing.has(id));
    if (fresh.length > 0 && this.#writer.bytes >= this.#maxBytes) throw this.#full();
    const onTheirWay = unique.flatMap(({ id }) => this.#owing.get(id) ?? []);
    const taken = this.#take(fresh, receivedAt).finally(() => {
      for (const { id } of fresh) this.#owing.delete(id);
    });
    for (const { id } of fresh) this.#owing.set(id, taken);
    await Promise.all([taken, ...onTheirWay]);
  }

  /** Resolves when the disk has it. @throws OpsError STORE_UNAVAILABLE */
  async note(telling: DirectTelling): Promise<void> {
    await this.#write(spoolLine({ is: 'told', telling }));
    this.#entries.get(telling.eventId)?.told.set(telling.channel, telling);
  }

  /** The decision of this event is written: nobody needs it any more. @throws OpsError STORE_UNAVAILABLE */
  async done(eventId: string): Promise<void> {
    const entry = this.#entries.get(eventId);
    if (!entry) return;
    this.#entries.delete(eventId);
    this.#count(entry.segment, -1);
    if (!this.#isIdle()) await this.#write(spoolLine({ is: 'done', eventId }));
    await this.#removeFinished();
    if (this.#isIdle()) forgetOvertaken(this.#dir);
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  #isIdle(): boolean {
    return this.#entries.size === 0 && this.#owing.size === 0;
  }

  #count(segment: number, by: number): void {
    this.#live.set(segment, (this.#live.get(segment) ?? 0) + by);
  }

  async #write(lines: string): Promise<number> {
    try {
      const segment = await this.#writer.append(lines);
      this.#count(segment, 0);
      return segment;
    } catch (error) {
      throw unusable(this.#dir, error);
    }
  }

  async #take(fresh: readonly AlertEvent[], receivedAt: number): Promise<void> {
    if (fresh.length === 0) return;
    const lines = fresh.map((event) => spoolLine({ is: 'event', receivedAt, event }));
    const segment = await this.#write(lines.join(''));
    for (const event of fresh) this.#entries.set(event.id, { event, receivedAt, segment, told: new Map() });
    this.#count(segment, fresh.length);
  }

  /** Oldest first, and no further than the first that is still needed: what is told of an event never stands before it. */
  async #removeFinished(): Promise<void> {
    const segments = [...this.#live.keys()].sort((a, b) => a - b);
    for (const segment of segments) {
      const isLast = segment === segments.at(-1);
      if ((this.#live.get(segment) ?? 0) > 0 || (isLast && !this.#isIdle())) return;
      this.#live.delete(segment);
      await this.#writer.remove(segment);
    }
  }

  #full(): OpsError {
    const [oldest] = this.#entries.values();
    const since = oldest ? `; its oldest event waits since ${new Date(oldest.receivedAt).toISOString()}` : '';
    return new OpsError('SPOOL_FULL', `the spool holds ${this.#maxBytes / megabyte} MB and takes no more${since}`, {
      fields: { dir: this.#dir },
    });
  }
}

/** Sizes of the segments by number, and what waits in them. */
function openFolder(dir: string, log: Log): { entries: Map<string, SpoolEntry>; known: Map<number, number> } {
  try {
    makeFolder(dir, { mode: 0o700 });
    const read = readSpool(dir);
    keepDamaged(dir, read, log);
    const known = read.segments.map((name): [number, number] => [numberOf(name), statSync(path.join(dir, name)).size]);
    return { entries: read.entries, known: new Map(known) };
  } catch (error) {
    throw unusable(dir, error);
  }
}

function keepDamaged(dir: string, { damaged, segments }: SpoolRead, log: Log): void {
  for (const segment of segments) {
    const lines = damaged.filter((one) => one.segment === segment).map(({ line }) => line);
    if (lines.length === 0) continue;
    const kept = path.join(dir, `damaged-${segment}`);
    copyFileSync(path.join(dir, segment), kept);
    log.error({ event: 'spool.damaged', code: 'STORE_UNAVAILABLE', file: kept, lines });
  }
}

const unusable = (dir: string, cause: unknown): OpsError =>
  hasErrno(cause, 'ENOSPC', 'EDQUOT')
    ? new OpsError('SPOOL_FULL', `the disk of ${dir} is full`, { cause })
    : new OpsError('STORE_UNAVAILABLE', `${dir} cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
        hint: 'Check the owner and the rights of YOBAN_HOME/spool.',
      });
