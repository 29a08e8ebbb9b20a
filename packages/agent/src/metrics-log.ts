import type { Metrics, MetricsCollector } from './metrics-collector.ts';

export interface MetricsLogOptions {
  /** Default: 60 s. */
  intervalMs?: number;
  /** Where a line goes. Default: one line of JSON on standard output. What it throws is swallowed: the host must not fall by its log. */
  log?: (line: MetricsLine) => void;
}

/** The 15 fields as one log line: the two windows are summed up as count, average and p95 in milliseconds. */
export type MetricsLine = Omit<Metrics, 'llm_response_times' | 'tip_processing_times'> & {
  event: 'metrics';
  llm_response_times: TimesSummary;
  tip_processing_times: TimesSummary;
};

export interface TimesSummary {
  count: number;
  avg_ms: number;
  p95_ms: number;
}

/** Writes the metrics as a line every interval (H4) until the returned function is called. Its timer keeps no process alive. */
export function startMetricsLog(collector: MetricsCollector, options: MetricsLogOptions = {}): () => void {
  const log = options.log ?? ((line: MetricsLine) => console.log(JSON.stringify(line)));
  const timer = setInterval(() => {
    try {
      log(metricsLine(collector.snapshot()));
    } catch {
      // H4: a broken logger of the host is the host's to notice; the numbers still go to the reporter.
    }
  }, options.intervalMs ?? 60_000);
  timer.unref?.();
  return () => clearInterval(timer);
}

export function metricsLine(metrics: Metrics): MetricsLine {
  return {
    event: 'metrics',
    ...metrics,
    llm_response_times: summary(metrics.llm_response_times),
    tip_processing_times: summary(metrics.tip_processing_times),
  };
}

function summary(times: number[]): TimesSummary {
  if (times.length === 0) return { count: 0, avg_ms: 0, p95_ms: 0 };
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0;
  return {
    count: times.length,
    avg_ms: Math.round(times.reduce((a, b) => a + b, 0) / times.length),
    p95_ms: Math.round(p95),
  };
}
