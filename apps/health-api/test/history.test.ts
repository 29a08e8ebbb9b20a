import { MetricsResponse, SeriesResponse } from '@yoban/shared/contracts/metrics';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callsOfReport, minuteOf } from '../src/core/minute-calls.ts';
import { type Api, feed, startApi } from './start-api.ts';

// 00:30 in Tokyo: most of the last day is yesterday there.
const begin = Date.parse('2026-03-11T15:30:00.000Z');
let api: Api;
beforeAll(async () => {
  api = await startApi({ at: begin });
});
afterAll(() => api.close());

const get = async (path: string) => (await fetch(`${api.url}${path}`, { headers: api.headers })).json();

test('H3: buckets of ten minutes, oldest first, empty ones left out; p95 from each call once; today in the zone', async () => {
  const times = Array.from({ length: 100 }, (_, i) => (i + 1) * 10);
  const half = (from: number) => times.slice(from, from + 50).map((ms): [number, 'ok'] => [ms, 'ok']);
  // Two reports of one bucket, minutes apart, and one of yesterday in Tokyo.
  await api.post({ at: isoTime(begin - 9 * MINUTE), deltas: { llmCalls: half(0) } });
  await api.post({ at: isoTime(begin - 2 * MINUTE), deltas: { llmCalls: half(50), cycles: [[900, 4, 'failed']] } });
  await api.post({ at: isoTime(begin - 3 * HOUR), deltas: { llmCalls: [[70, 'error']], tips: [[500, 9, 'ok']] } });
  const metrics = MetricsResponse.parse(await get('/api/metrics'));
  expect(metrics.llm_response_times.map((row) => row.time)).toEqual([
    '2026-03-11T12:30:00.000Z',
    '2026-03-11T15:20:00.000Z',
  ]);
  const newest = metrics.llm_response_times.at(-1);
  expect(newest?.avg_ms).toBe(505);
  expect(Math.abs((newest?.p95_ms ?? 0) - 950)).toBeLessThanOrEqual(9.6);
  expect(metrics.tip_counts).toEqual([{ time: '2026-03-11T12:30:00.000Z', count: 1, failed: 0 }]);
  expect(metrics.cycle_durations).toEqual([{ time: '2026-03-11T15:20:00.000Z', ms: 900 }]);
  expect(metrics.totals).toMatchObject({ llm_calls_today: 100, tips_today: 0, tips_total: 1, errors_today: 1 });
});

test('H3: the last 50 alerts in the language asked for', async () => {
  const alert = {
    id: 'ailife/llm_down#1',
    service: 'ailife',
    alertType: 'llm_down',
    level: 'warning' as const,
    state: 'open' as const,
    raisedAt: isoTime(begin),
    resolvedAt: null,
    params: {},
    lastError: null,
    suppressed: 0,
    ackedBy: null,
    ackedAt: null,
    silencedBy: null,
    hiddenBy: null,
    labels: {},
    text: null,
    notices: [],
  };
  // Of one service, each would end the one before it.
  for (let i = 0; i < 60; i++) {
    const raisedAt = isoTime(begin + i * 1000);
    api.take({
      type: 'alert',
      id: `f${i}`,
      at: raisedAt,
      alert: { ...alert, id: `a${i}`, service: `s${i}`, raisedAt },
    });
  }
  const en = MetricsResponse.parse(await get('/api/metrics?lang=en')).recent_alerts;
  expect(en).toHaveLength(50);
  expect(en[0]).toEqual({
    level: 'warning',
    message: 'The LLM has not answered for over 5 minutes.',
    timestamp: isoTime(begin + 59_000),
  });
  const ja = MetricsResponse.parse(await get('/api/metrics')).recent_alerts;
  expect(ja[0]?.message).toContain('LLM が');
  expect((await get('/api/alerts?limit=3')).alerts.map((one: { id: string }) => one.id)).toEqual(['a59', 'a58', 'a57']);
});

test('H5: series are columns over whole buckets, gaps are null, samples ten seconds apart make one value a bucket', async () => {
  for (let i = 0; i < 24; i++) {
    api.clock.ms += 5_000;
    await feed(api, { process: { memoryMb: 101 + i } });
    api.tick();
  }
  const answer = SeriesResponse.parse(
    await get('/api/series?keys=memory_mb,tips,viewers,state,llm_error_percent,disk_used_percent&hours=1'),
  );
  expect(answer.stepS).toBe(60);
  expect(answer.times).toHaveLength(60);
  const memory = answer.columns.memory_mb ?? [];
  expect(memory.filter((value) => value !== null).length).toBeLessThanOrEqual(3);
  expect(memory.at(-2)).toBeGreaterThan(100);
  expect(memory.slice(0, 50).every((value) => value === null)).toBe(true);
  expect(answer.columns.tips?.at(-2)).toBe(0);
  expect(answer.columns.viewers?.at(-2)).toBe(42);
  expect(answer.columns.disk_used_percent?.at(-2)).toBe(58);
  expect((await fetch(`${api.url}/api/series?keys=nonsense`, { headers: api.headers })).status).toBe(400);
  expect((await fetch(`${api.url}/api/series?keys=tips&service=x`, { headers: api.headers })).status).toBe(400);
});

test('a start is no data in the history, neither unheard nor while the first good look waits for the second', async () => {
  const redis = await startPrivateRedis();
  const fresh = await startApi({ at: begin, redisUrl: redis.url });
  try {
    fresh.tickAfter(5_000);
    for (const status of ['degraded', 'healthy', 'healthy']) {
      fresh.clock.ms += 5_000;
      await feed(fresh);
      fresh.tick();
      expect((await fresh.health()).status).toBe(status);
    }
    const answer = await fetch(`${fresh.url}/api/series?keys=state&hours=1`, { headers: fresh.headers });
    const { columns } = SeriesResponse.parse(await answer.json());
    expect(columns.state?.filter((value) => value !== null)).toEqual([0]);
  } finally {
    await fresh.close();
    await redis.stop();
  }
});

test('H3: a day at 50 calls a second is answered within 20 ms of work', async () => {
  const busy = callsOfReport({
    llmCalls: Array.from({ length: 3_000 }, (_, i): [number, 'ok'] => [200 + ((i * 7_919) % 2_800), 'ok']),
    tips: Array.from({ length: 3_000 }, (_, i): [number, number, 'ok'] => [500, 5 + (i % 40), 'ok']),
    cycles: [[900, 1]],
  });
  const last = minuteOf(api.clock.ms);
  api.context.store.write((db) => {
    for (let minute = last - 1_440; minute < last; minute++)
      for (const kind of ['llm', 'tips', 'cycles'] as const) db.calls.add('ailife', kind, minute, busy[kind]);
  });
  // Work and not time: the other tests share these cores.
  const workedMs: number[] = [];
  for (let i = 0; i < 15; i++) {
    const before = process.cpuUsage();
    await api.app.inject({ url: '/api/metrics', headers: api.headers });
    const { user, system } = process.cpuUsage(before);
    workedMs.push((user + system) / 1_000);
  }
  // The least of them is what it takes where nothing comes between.
  expect(Math.min(...workedMs)).toBeLessThan(20);
});

test('H4: one absurd duration does not drown the others', async () => {
  await api.post({ deltas: { llmCalls: [[Number.MAX_VALUE / 1e4, 'ok']], tips: [[Number.MAX_VALUE / 1e4, 1, 'ok']] } });
  const { llm, tips } = (await api.health()).checks;
  expect(llm.avg_response_ms).toBeLessThanOrEqual(86_400_000);
  expect(tips.revenue_last_hour_yen).toBeLessThan(2e9);
});

test('H8: Prometheus text names what is known, in base units', async () => {
  await feed(api);
  api.context.snapshot.expire();
  const response = await fetch(`${api.url}/metrics`, { headers: api.headers });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  for (const line of [
    'yoban_process_memory_bytes{service="ailife"} 152043520',
    'yoban_check_state{service="ailife",check="database",state="ok"} 1',
    'yoban_backup_size_bytes{database="game",tier="hourly"} 6606028',
    'yoban_disk_free_bytes 45097156608',
    'yoban_platform_connected{service="ailife",platform="youtube"} 1',
    'yoban_build_info{version="0.1.0"} 1',
  ])
    expect(text).toContain(line);
  expect(text).toMatch(/yoban_tips_total\{service="ailife",outcome="ok"\} \d+/);
});
