import { expect, test } from 'vitest';
import { MetricsCollector } from './metrics-collector.ts';
import { metricsLine, startMetricsLog } from './metrics-log.ts';

const HOUR = 3_600_000;

test('H4: the snapshot has exactly its fifteen fields', () => {
  expect(Object.keys(new MetricsCollector().snapshot())).toEqual([
    'llm_response_times',
    'llm_error_count',
    'llm_timeout_count',
    'llm_fallback_count',
    'tips_processed_total',
    'tips_processed_last_hour',
    'tips_failed_last_hour',
    'tip_processing_times',
    'cycles_completed',
    'last_cycle_duration_ms',
    'cycle_drift_ms',
    'process_memory_mb',
    'process_cpu_percent',
    'db_size_mb',
    'ws_connected_clients',
  ]);
});

test('H4: windows hold the last 100 calls, counts the last hour, totals the time since the start', () => {
  let now = 1_000 * HOUR;
  const collector = new MetricsCollector({ now: () => now });
  for (let i = 0; i < 130; i += 1) collector.recordLlmCall(i, i < 10 ? 'error' : 'ok');
  collector.recordLlmCall(5, 'timeout');
  collector.recordLlmCall(6, 'fallback');
  collector.recordTip(300, 10, 'ok');
  collector.recordTip(400, 20, 'failed');
  collector.recordCycle(1_200, -3);
  collector.recordCycle(1_300, 4, 'failed');
  expect(collector.snapshot()).toMatchObject({
    llm_response_times: [...Array.from({ length: 98 }, (_, i) => i + 32), 5, 6],
    llm_error_count: 10,
    llm_timeout_count: 1,
    llm_fallback_count: 1,
    tips_processed_total: 1,
    tips_processed_last_hour: 1,
    tips_failed_last_hour: 1,
    tip_processing_times: [10, 20],
    cycles_completed: 1,
    last_cycle_duration_ms: 1_300,
    cycle_drift_ms: 4,
  });
  now += HOUR - 10_000;
  expect(collector.snapshot()).toMatchObject({ llm_error_count: 10, tips_processed_last_hour: 1 });
  now += 10_000;
  expect(collector.snapshot()).toMatchObject({
    llm_error_count: 0,
    tips_processed_last_hour: 0,
    tips_failed_last_hour: 0,
  });
  expect(collector.snapshot().tips_processed_total).toBe(1);
});

test('H4: the fallback is active from a fallback answer until the model answers again', () => {
  const collector = new MetricsCollector({ now: () => 5_000 });
  const active = () => collector.reportState().gauges.llmFallbackActive;
  collector.recordLlmCall(1, 'error');
  expect(active()).toBe(false);
  collector.recordLlmCall(1, 'fallback');
  collector.recordLlmCall(1, 'error');
  expect(active()).toBe(true);
  collector.recordLlmCall(1, 'ok');
  expect(collector.reportState().gauges).toMatchObject({
    llmFallbackActive: false,
    llmLastSuccessAt: '1970-01-01T00:00:05.000Z',
  });
});

test('H4: the periodic line sums the windows up, and a logger that throws does not reach the host', async () => {
  const collector = new MetricsCollector();
  for (let ms = 1; ms <= 100; ms += 1) collector.recordLlmCall(ms, 'ok');
  expect(metricsLine(collector.snapshot())).toMatchObject({
    event: 'metrics',
    llm_response_times: { count: 100, avg_ms: 51, p95_ms: 95 },
    tip_processing_times: { count: 0, avg_ms: 0, p95_ms: 0 },
  });
  const second = Promise.withResolvers<void>();
  let lines = 0;
  const stop = startMetricsLog(collector, {
    intervalMs: 5,
    log: () => {
      lines += 1;
      if (lines === 2) second.resolve();
      throw new Error('disk full');
    },
  });
  await second.promise;
  stop();
});
