import { MINUTE } from '@yoban/shared/contracts/time';
import type { Database } from 'better-sqlite3';
import { type Buckets, bucketStart } from '../core/buckets.ts';
import { createHistogramSum, encodeHistogram, mergeEncoded, percentile } from '../core/histogram.ts';
import { type CallKind, type CallSum, type Calls, mergeCalls, noCalls } from '../core/minute-calls.ts';
import { rememberBuckets } from './bucket-memory.ts';

interface MinuteRow {
  minute: number;
  ok: number;
  failed: number;
  timeouts: number;
  fallbacks: number;
  sum_ms: number;
  max_ms: number;
  sum_yen: number;
  histogram: Buffer;
}

type CountsRow = Omit<MinuteRow, 'minute' | 'histogram'>;

const sums = `total(ok) AS ok, total(failed) AS failed, total(timeouts) AS timeouts, total(fallbacks) AS fallbacks,
  total(sum_ms) AS sum_ms, coalesce(max(max_ms), 0) AS max_ms, total(sum_yen) AS sum_yen`;
const columns = 'minute, ok, failed, timeouts, fallbacks, sum_ms, max_ms, sum_yen, histogram';

function addCounts(into: Omit<Calls, 'histogram'>, row: CountsRow): void {
  into.ok += row.ok;
  into.failed += row.failed;
  into.timeouts += row.timeouts;
  into.fallbacks += row.fallbacks;
  into.sumMs += row.sum_ms;
  into.maxMs = Math.max(into.maxMs, row.max_ms);
  into.sumYen += row.sum_yen;
}

function addRow(into: Calls, row: MinuteRow): void {
  addCounts(into, row);
  mergeEncoded(into.histogram, row.histogram);
}

function sumOf(row?: CountsRow): CallSum {
  const { histogram: _, ...sum } = noCalls();
  if (row) addCounts(sum, row);
  return { ...sum, p95Ms: null };
}

/** Minute rows of a service's calls; each call lies in exactly one of them (H3). */
export interface CallStore {
  /** Adds calls to a minute; inside the caller's transaction. */
  add(service: string, kind: CallKind, minute: number, calls: Calls): void;
  /** The minutes from `fromMinute` on, oldest first. */
  minutes(service: string, kind: CallKind, fromMinute: number): Map<number, Calls>;
  /**
   * One entry a bucket, null where nothing was recorded; the percentile for the model's calls alone. Buckets before the last one
   * are remembered: a day is made of 1,440 histograms.
   */
  inBuckets(service: string, kind: CallKind, buckets: Buckets): (CallSum | null)[];
  /** Everything since `fromMs` in one, without its percentile. */
  countsSince(service: string, kind: CallKind, fromMs: number): CallSum;
  /** The same for `fromMs` to before `toMs`, both whole minutes. */
  countsBetween(service: string, kind: CallKind, fromMs: number, toMs: number): CallSum;
  forgetBefore(epochMs: number): void;
}

export function createCallStore(db: Database): CallStore {
  const { one, since, between, put, counts, countsBetween, forget } = prepareStatements(db);
  const closed = rememberBuckets();
  const readBucket = (service: string, kind: CallKind, fromMs: number, stepMs: number): CallSum | null => {
    const [from, to] = [fromMs / MINUTE, (fromMs + stepMs) / MINUTE];
    if (kind !== 'llm') {
      const row = countsBetween.get(service, kind, from, to);
      return row && row.rows > 0 ? sumOf(row) : null;
    }
    const histograms = createHistogramSum();
    let sum: CallSum | null = null;
    for (const row of between.iterate(service, kind, from, to)) {
      sum ??= sumOf();
      addCounts(sum, row);
      histograms.add(row.histogram);
    }
    if (sum) sum.p95Ms = percentile(histograms.take(), 0.95, sum.maxMs);
    return sum;
  };
  return {
    add: (service, kind, minute, calls) => {
      closed.forget(service, kind, minute * MINUTE);
      const sum = noCalls();
      const known = one.get(service, kind, minute);
      if (known) addRow(sum, known);
      mergeCalls(sum, calls);
      const { ok, failed, timeouts, fallbacks, sumMs, maxMs, sumYen, histogram } = sum;
      const bytes = encodeHistogram(histogram);
      put.run(service, kind, minute, ok, failed, timeouts, fallbacks, sumMs, maxMs, sumYen, bytes);
    },
    minutes: (service, kind, fromMinute) => {
      const found = new Map<number, Calls>();
      for (const row of since.iterate(service, kind, fromMinute)) {
        const calls = noCalls();
        addRow(calls, row);
        found.set(row.minute, calls);
      }
      return found;
    },
    inBuckets: (service, kind, buckets) => {
      const whole = closed.of(service, kind, buckets.stepMs);
      return Array.from({ length: buckets.count }, (_, index) => {
        const fromMs = bucketStart(buckets, index);
        const known = whole.get(fromMs);
        if (known !== undefined) return known;
        const sum = readBucket(service, kind, fromMs, buckets.stepMs);
        if (index < buckets.count - 1) whole.set(fromMs, sum);
        return sum;
      });
    },
    countsSince: (service, kind, fromMs) => sumOf(counts.get(service, kind, Math.floor(fromMs / MINUTE))),
    countsBetween: (service, kind, fromMs, toMs) =>
      sumOf(countsBetween.get(service, kind, Math.floor(fromMs / MINUTE), Math.floor(toMs / MINUTE))),
    forgetBefore: (epochMs) => void forget.run(Math.floor(epochMs / MINUTE)),
  };
}

function prepareStatements(db: Database) {
  const one = db.prepare<[string, string, number], MinuteRow>(
    `SELECT ${columns} FROM call_minute WHERE service = ? AND kind = ? AND minute = ?`,
  );
  const since = db.prepare<[string, string, number], MinuteRow>(
    `SELECT ${columns} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ? ORDER BY minute`,
  );
  const between = db.prepare<[string, string, number, number], MinuteRow>(
    `SELECT ${columns} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ? AND minute < ?`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO call_minute (service, kind, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const counts = db.prepare<[string, string, number], CountsRow>(
    `SELECT ${sums} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ?`,
  );
  const countsBetween = db.prepare<[string, string, number, number], CountsRow & { rows: number }>(
    `SELECT count(*) AS rows, ${sums} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ? AND minute < ?`,
  );
  const forget = db.prepare('DELETE FROM call_minute WHERE minute < ?');
  return { one, since, between, put, counts, countsBetween, forget };
}
