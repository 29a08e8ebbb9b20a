import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { hasErrno } from '@yoban/shared/errors';
import type { DirectTelling } from '../core/direct-telling.ts';
import { readSpoolLine, type SpoolRecord } from './spool-line.ts';
import { textOf } from './text-of.ts';

/** An event that waits for Redis. */
export interface SpoolEntry {
  event: AlertEvent;
  /** Epoch ms of this machine. */
  receivedAt: number;
  /** The number of the file it stands in. */
  segment: number;
  /** How telling it past Redis stands, by channel. */
  told: Map<string, DirectTelling>;
}

export interface SpoolRead {
  /** What waits, by event id, in the order it came. */
  entries: Map<string, SpoolEntry>;
  /** Names of the files, oldest first. */
  segments: string[];
  /** Lines that cannot be read although others follow them: no torn end, but damage. */
  damaged: { segment: string; line: number }[];
}

const segmentName = /^events-\d{12}\.log$/;
export const segmentOf = (number: number): string => `events-${String(number).padStart(12, '0')}.log`;
export const numberOf = (segment: string): number => Number(segment.slice('events-'.length, -'.log'.length));

/**
 * Everything the spool in `dir` holds. Reads only, so that any alerter may look while the one that owns the spool writes: what is
 * half written is a torn end, and that is passed over.
 * @throws the system error of a file that cannot be read
 */
export function readSpool(dir: string): SpoolRead {
  const segments = segmentsIn(dir);
  const read: SpoolRead = { entries: new Map(), segments, damaged: [] };
  for (const segment of segments) {
    const { records, damaged } = readSegment(path.join(dir, segment));
    for (const record of records) applyRecord(read.entries, record, numberOf(segment));
    read.damaged.push(...damaged.map((line) => ({ segment, line })));
  }
  return read;
}

/** What a line says, in the order of the lines. */
export function applyRecord(entries: Map<string, SpoolEntry>, record: SpoolRecord, segment: number): void {
  switch (record.is) {
    case 'event': {
      const { event, receivedAt } = record;
      if (!entries.has(event.id)) entries.set(event.id, { event, receivedAt, segment, told: new Map() });
      return;
    }
    case 'told':
      entries.get(record.telling.eventId)?.told.set(record.telling.channel, record.telling);
      return;
    case 'done':
      entries.delete(record.eventId);
      return;
    default:
      record satisfies never;
  }
}

/** Names of the files, oldest first. */
export function segmentsIn(dir: string): string[] {
  try {
    return readdirSync(dir)
      .filter((name) => segmentName.test(name))
      .sort();
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

function readSegment(file: string): { records: SpoolRecord[]; damaged: number[] } {
  const lines = textOf(file).split('\n');
  const records: SpoolRecord[] = [];
  const bad: number[] = [];
  let lastGood = 0;
  lines.forEach((line, index) => {
    const record = readSpoolLine(line);
    if (record !== null) {
      records.push(record);
      lastGood = index + 1;
    } else if (line !== '') bad.push(index + 1);
  });
  return { records, damaged: bad.filter((line) => line < lastGood) };
}
