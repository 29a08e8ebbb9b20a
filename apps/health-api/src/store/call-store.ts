import { MINUTE } from '@yoban/shared/contracts/time';
import type { Database } from 'better-sqlite3';
import { type Buckets, bucketIndex } from '../core/buckets.ts';
import { createHistogramSum, encodeHistogram, mergeEncoded } from '../core/histogram.ts';
import { type CallKind, type Calls, mergeCalls, noCalls } from '../core/minute-calls.ts';

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

const noBytes = Buffer.alloc(0);
const sums = `total(ok) AS ok, total(failed) AS failed, total(timeouts) AS timeouts, total(fallbacks) AS fallbacks,
  total(sum_ms) AS sum_ms, coalesce(max(max_ms), 0) AS max_ms, total(sum_yen) AS sum_yen`;
const columns = 'minute, ok, failed, timeouts, fallbacks, sum_ms, max_ms, sum_yen, histogram';

function addRow(into: Calls, row: MinuteRow): void {
  into.ok += row.ok;
  into.failed += row.failed;
  into.timeouts += row.timeouts;
  into.fallbacks += row.fallbacks;
  into.sumMs += row.sum_ms;
  into.maxMs = Math.max(into.maxMs, row.max_ms);
  into.sumYen += row.sum_yen;
  mergeEncoded(into.histogram, row.histogram);
}

/** Minute rows of a service's calls; each call lies in exactly one of them (H3). */
export interface CallStore {
  /** Adds calls to a minute; inside the caller's transaction. */
  add(service: string, kind: CallKind, minute: number, calls: Calls): void;
  /** The minutes from `fromMinute` on, oldest first. */
  minutes(service: string, kind: CallKind, fromMinute: number): Map<number, Calls>;
  /** One entry a bucket without its histogram, null where nothing was recorded. */
  countsInBuckets(service: string, kind: CallKind, buckets: Buckets): (Calls | null)[];
  /** The same with histograms: 1,440 of them are read for a day, so only for what needs percentiles. */
  inBuckets(service: string, kind: CallKind, buckets: Buckets): (Calls | null)[];
  /** Everything since `fromMs` in one, without its histogram. */
  countsSince(service: string, kind: CallKind, fromMs: number): Calls;
  forgetBefore(epochMs: number): void;
}

export function createCallStore(db: Database): CallStore {
  const one = db.prepare<[string, string, number], MinuteRow>(
    `SELECT ${columns} FROM call_minute WHERE service = ? AND kind = ? AND minute = ?`,
  );
  const since = db.prepare<[string, string, number], MinuteRow>(
    `SELECT ${columns} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ? ORDER BY minute`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO call_minute (service, kind, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const counts = db.prepare<[string, string, number], CountsRow>(
    `SELECT ${sums} FROM call_minute WHERE service = ? AND kind = ? AND minute >= ?`,
  );
  // Numbers of JavaScript are bound as REAL: without the casts each minute would be a bucket of its own.
  const bucketCounts = db.prepare<[object], CountsRow & { bucket: number }>(
    `SELECT (minute - CAST(@from AS INTEGER)) / CAST(@step AS INTEGER) AS bucket, ${sums}
     FROM call_minute WHERE service = @service AND kind = @kind AND minute >= @from GROUP BY bucket`,
  );
  const forget = db.prepare('DELETE FROM call_minute WHERE minute < ?');
  return {
    add: (service, kind, minute, calls) => {
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
    countsInBuckets: (service, kind, buckets) => {
      const found: (Calls | null)[] = Array.from({ length: buckets.count }, () => null);
      const bind = { service, kind, from: Math.floor(buckets.fromMs / MINUTE), step: buckets.stepMs / MINUTE };
      for (const row of bucketCounts.iterate(bind)) {
        if (row.bucket < 0 || row.bucket >= buckets.count) continue;
        const sum = noCalls();
        addRow(sum, { ...row, minute: 0, histogram: noBytes });
        found[row.bucket] = sum;
      }
      return found;
    },
    inBuckets: (service, kind, buckets) => {
      const found: (Calls | null)[] = Array.from({ length: buckets.count }, () => null);
      const sum = createHistogramSum();
      let open: Calls | null = null;
      // Rows come by time, so a bucket is whole when the next one begins.
      for (const row of since.iterate(service, kind, Math.floor(buckets.fromMs / MINUTE))) {
        const index = bucketIndex(buckets, row.minute * MINUTE);
        if (index < 0 || index >= buckets.count) continue;
        if (open && open !== found[index]) open.histogram = sum.take();
        open = found[index] ?? noCalls();
        found[index] = open;
        addRow(open, { ...row, histogram: noBytes });
        sum.add(row.histogram);
      }
      if (open) open.histogram = sum.take();
      return found;
    },
    countsSince: (service, kind, fromMs) => {
      const row = counts.get(service, kind, Math.floor(fromMs / MINUTE));
      const sum = noCalls();
      if (row) addRow(sum, { ...row, minute: 0, histogram: noBytes });
      return sum;
    },
    forgetBefore: (epochMs) => void forget.run(Math.floor(epochMs / MINUTE)),
  };
}
