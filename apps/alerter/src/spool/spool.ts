import { copyFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';
import { numberOf, readSpool, type SpoolEntry, type SpoolRead } from './read-spool.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { type DirectTelling, spoolLine } from './spool-line.ts';

export interface Spool {
  /**
   * Resolves when the disk has all of them; one that waits here already is not written again.
   * @throws OpsError SPOOL_FULL, STORE_UNAVAILABLE: then any of them may be there, and sending them again is harmless
   */
  append(events: readonly AlertEvent[], receivedAt: number): Promise<void>;
  /** What waits, in the order it came. */
  pending(): readonly SpoolEntry[];
  /** Resolves when the disk has it. @throws OpsError STORE_UNAVAILABLE */
  note(telling: DirectTelling): Promise<void>;
  /** The decision of this event is written: nobody needs it any more. @throws OpsError STORE_UNAVAILABLE */
  done(eventId: string): Promise<void>;
  close(): Promise<void>;
}

export interface SpoolOptions {
  dir: string;
  log: Log;
  maxBytes?: number;
  segmentMaxBytes?: number;
}

const megabyte = 1_048_576;

/**
 * Opens the spool in `dir`, made where it is missing, for its one owner. What a kill cut off is passed over: it was never answered
 * for. A file with damage inside is kept beside the others as `damaged-…`.
 * @throws OpsError STORE_UNAVAILABLE
 */
export function openSpool({ dir, log, maxBytes = 64 * megabyte, segmentMaxBytes = 4 * megabyte }: SpoolOptions): Spool {
  const { entries, known } = openFolder(dir, log);
  const writer = createSegmentWriter({ dir, known, segmentMaxBytes });
  const live = liveIn(entries, known);
  /** Events that are on their way to the disk. */
  const owing = new Map<string, Promise<void>>();

  const write = async (lines: string): Promise<number> => {
    try {
      return await writer.append(lines);
    } catch (error) {
      throw unusable(dir, error);
    }
  };
  const take = async (fresh: readonly AlertEvent[], receivedAt: number): Promise<void> => {
    if (fresh.length === 0) return;
    const segment = await write(fresh.map((event) => spoolLine({ is: 'event', receivedAt, event })).join(''));
    for (const event of fresh) entries.set(event.id, { event, receivedAt, segment, told: new Map() });
    live.set(segment, (live.get(segment) ?? 0) + fresh.length);
  };
  /** Oldest first, and no further than the first that is still needed: what is told of an event never stands before it. */
  const removeFinished = async (): Promise<void> => {
    const isIdle = entries.size === 0 && owing.size === 0;
    const segments = [...live.keys()].sort((a, b) => a - b);
    for (const [at, segment] of segments.entries()) {
      const isLast = at === segments.length - 1;
      if ((live.get(segment) ?? 0) > 0 || (isLast && !isIdle)) return;
      live.delete(segment);
      await writer.remove(segment);
    }
  };
  return {
    append: async (events, receivedAt) => {
      const unique = [...new Map(events.map((event) => [event.id, event])).values()];
      const fresh = unique.filter(({ id }) => !entries.has(id) && !owing.has(id));
      if (fresh.length > 0 && writer.bytes() >= maxBytes) throw full(dir, maxBytes, entries);
      const onTheirWay = unique.flatMap(({ id }) => owing.get(id) ?? []);
      const taken = take(fresh, receivedAt).finally(() => {
        for (const { id } of fresh) owing.delete(id);
      });
      for (const { id } of fresh) owing.set(id, taken);
      await Promise.all([taken, ...onTheirWay]);
    },
    pending: () => [...entries.values()],
    note: async (telling) => {
      const segment = await write(spoolLine({ is: 'told', telling }));
      if (!live.has(segment)) live.set(segment, 0);
      entries.get(telling.eventId)?.told.set(telling.channel, telling);
    },
    done: async (eventId) => {
      const entry = entries.get(eventId);
      if (!entry) return;
      entries.delete(eventId);
      live.set(entry.segment, (live.get(entry.segment) ?? 1) - 1);
      if (entries.size > 0 || owing.size > 0) {
        const segment = await write(spoolLine({ is: 'done', eventId }));
        if (!live.has(segment)) live.set(segment, 0);
      }
      await removeFinished();
    },
    close: () => writer.close(),
  };
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

function liveIn(entries: ReadonlyMap<string, SpoolEntry>, known: ReadonlyMap<number, number>): Map<number, number> {
  const live = new Map([...known.keys()].map((segment) => [segment, 0]));
  for (const { segment } of entries.values()) live.set(segment, (live.get(segment) ?? 0) + 1);
  return live;
}

function full(dir: string, maxBytes: number, entries: ReadonlyMap<string, SpoolEntry>): OpsError {
  const [oldest] = entries.values();
  const since = oldest ? `; its oldest event waits since ${new Date(oldest.receivedAt).toISOString()}` : '';
  return new OpsError('SPOOL_FULL', `the spool holds ${maxBytes / megabyte} MB and takes no more${since}`, {
    fields: { dir },
  });
}

const unusable = (dir: string, cause: unknown): OpsError =>
  hasErrno(cause, 'ENOSPC', 'EDQUOT')
    ? new OpsError('SPOOL_FULL', `the disk of ${dir} is full`, { cause })
    : new OpsError('STORE_UNAVAILABLE', `${dir} cannot be written: ${cause instanceof Error ? cause.message : cause}`, {
        cause,
        hint: 'Check the owner and the rights of YOBAN_HOME/spool.',
      });
