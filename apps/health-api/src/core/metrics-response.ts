import type { MetricsResponse } from '@yoban/shared/contracts/metrics';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { type Buckets, bucketStart, bucketsOf } from './buckets.ts';
import { type CallSum, callCount } from './minute-calls.ts';
import { callSeries } from './series.ts';

/** H3: the last 24 h in 144 buckets of ten minutes. */
export const dayBuckets = (now: number): Buckets => bucketsOf(10 * MINUTE, 144, now);

export interface DayHistory {
  buckets: Buckets;
  /** One entry a bucket; null = nothing was recorded. */
  llm: readonly (CallSum | null)[];
  tips: readonly (CallSum | null)[];
  cycles: readonly (CallSum | null)[];
  memoryMb: readonly (number | null)[];
}

type Columns = Pick<MetricsResponse, 'llm_response_times' | 'tip_counts' | 'memory_usage' | 'cycle_durations'>;

/** The four series of the answer; a bucket without an event is left out. `count` is tips that succeeded, `failed` those that did not. */
export function metricsColumns({ buckets, llm, tips, cycles, memoryMb }: DayHistory): Columns {
  const rows = <T, R>(column: readonly (T | null)[], make: (value: T) => R | null) =>
    column.flatMap((value, index) => {
      const row = value === null ? null : make(value);
      return row === null ? [] : [{ time: isoTime(bucketStart(buckets, index)), ...row }];
    });
  const ifAny = <R>(calls: CallSum, row: R): R | null => (callCount(calls) === 0 ? null : row);
  return {
    llm_response_times: rows(llm, (calls) =>
      ifAny(calls, { avg_ms: callSeries.llm_avg_ms.of(calls) ?? 0, p95_ms: callSeries.llm_p95_ms.of(calls) ?? 0 }),
    ),
    tip_counts: rows(tips, (calls) => ifAny(calls, { count: calls.ok, failed: calls.failed })),
    memory_usage: rows(memoryMb, (mb) => ({ mb: Math.round(mb * 10) / 10 })),
    cycle_durations: rows(cycles, (calls) => ifAny(calls, { ms: callSeries.cycle_ms.of(calls) ?? 0 })),
  };
}
