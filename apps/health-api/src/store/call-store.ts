import { MINUTE } from '@yoban/shared/contracts/time';
import type { Database } from 'better-sqlite3';
import { type Buckets, bucketIndex } from '../core/buckets.ts';
import { encodeHistogram, mergeEncoded } from '../core/histogram.ts';
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
  /** One entry a bucket, null where nothing was recorded. */
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
  const counts = db.prepare<[string, string, number], Omit<MinuteRow, 'minute' | 'histogram'>>(
    `SELECT total(ok) AS ok, total(failed) AS failed, total(timeouts) AS timeouts, total(fallbacks) AS fallbacks,
       total(sum_ms) AS sum_ms, coalesce(max(max_ms), 0) AS max_ms, total(sum_yen) AS sum_yen
     FROM call_minute WHERE service = ? AND kind = ? AND minute >= ?`,
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
    inBuckets: (service, kind, buckets) => {
      const found: (Calls | null)[] = Array.from({ length: buckets.count }, () => null);
      for (const row of since.iterate(service, kind, Math.floor(buckets.fromMs / MINUTE))) {
        const index = bucketIndex(buckets, row.minute * MINUTE);
        if (index < 0 || index >= buckets.count) continue;
        const calls = found[index] ?? noCalls();
        addRow(calls, row);
        found[index] = calls;
      }
      return found;
    },
    countsSince: (service, kind, fromMs) => {
      const row = counts.get(service, kind, Math.floor(fromMs / MINUTE));
      const sum = noCalls();
      if (row) addRow(sum, { ...row, minute: 0, histogram: Buffer.alloc(0) });
      return sum;
    },
    forgetBefore: (epochMs) => void forget.run(Math.floor(epochMs / MINUTE)),
  };
}
