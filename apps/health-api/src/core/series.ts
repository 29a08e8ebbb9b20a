import { type Buckets, bucketStart } from './buckets.ts';
import { type CallKind, type CallSum, callCount, errorCount } from './minute-calls.ts';

/** Series kept as samples, and how a bucket of them becomes one value: a peak must not drown in an average where it is the news. */
export const sampleSeries = {
  memory_mb: 'avg',
  cpu_percent: 'avg',
  viewers: 'avg',
  queue_depth: 'max',
  disk_used_percent: 'avg',
  disk_free_gb: 'avg',
  log_mb: 'avg',
  net_latency_ms: 'avg',
  host_cpu_percent: 'avg',
  load_1m: 'avg',
  host_memory_percent: 'avg',
  /** 0 healthy, 1 degraded, 2 unhealthy; a bucket shows its worst, a bucket without a watch is a gap. */
  state: 'max',
} as const satisfies Record<string, 'avg' | 'max'>;
export type SampleKey = keyof typeof sampleSeries;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const perCall = (calls: CallSum, total: number) => (callCount(calls) === 0 ? null : total / callCount(calls));
const nullable = (value: number | null, digits: number) => (value === null ? null : rounded(value, digits));

/** Series made of the counted calls. */
export const callSeries = {
  llm_avg_ms: { kind: 'llm', of: (calls) => nullable(perCall(calls, calls.sumMs), 1) },
  llm_p95_ms: { kind: 'llm', of: (calls) => nullable(calls.p95Ms, 1) },
  llm_error_percent: { kind: 'llm', of: (calls) => nullable(perCall(calls, errorCount(calls) * 100), 1) },
  tips: { kind: 'tips', of: (calls) => calls.ok },
  tips_failed: { kind: 'tips', of: (calls) => calls.failed },
  revenue_yen: { kind: 'tips', of: (calls) => calls.sumYen },
  cycle_ms: { kind: 'cycles', of: (calls) => nullable(perCall(calls, calls.sumMs), 1) },
} as const satisfies Record<string, { kind: CallKind; of: (calls: CallSum) => number | null }>;
export type CallSeriesKey = keyof typeof callSeries;

export const isSampleKey = (key: string): key is SampleKey => Object.hasOwn(sampleSeries, key);
export const isCallKey = (key: string): key is CallSeriesKey => Object.hasOwn(callSeries, key);
export const seriesKeys: readonly string[] = [...Object.keys(sampleSeries), ...Object.keys(callSeries)];

/** Epoch seconds of each bucket's beginning, as the chart takes them. */
export const bucketTimes = (buckets: Buckets): number[] =>
  Array.from({ length: buckets.count }, (_, index) => bucketStart(buckets, index) / 1000);
