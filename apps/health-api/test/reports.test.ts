import { isoTime } from '@yoban/shared/contracts/time';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, feed, startApi } from './start-api.ts';

let api: Api;
const begin = Date.parse('2026-03-11T15:30:00.000Z');
beforeAll(async () => {
  api = await startApi({ at: begin });
});
afterAll(() => api.close());

test('H3: a report counts once, however often it comes', async () => {
  const report = { seq: 7, instance: 'twice', deltas: { tips: [[500, 20, 'ok' as const] as [number, number, 'ok']] } };
  expect(await (await api.post(report)).json()).toEqual({ accepted: true, repeated: false });
  expect(await (await api.post(report)).json()).toEqual({ accepted: true, repeated: true });
  expect((await api.health()).checks.tips).toMatchObject({ processed_last_hour: 1, revenue_last_hour_yen: 500 });
  await api.post({ ...report, instance: 'after a restart of the app' });
  expect((await api.health()).checks.tips.processed_last_hour).toBe(2);
});

test('a report of the wrong shape is refused, naming the fields, and nothing of it counts', async () => {
  const before = (await api.health()).checks.tips.processed_last_hour;
  const response = await api.post({ deltas: { tips: [[500, 20, 'lost' as 'ok']] }, gauges: { tipQueueDepth: -1 } });
  expect(response.status).toBe(400);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = await response.json();
  expect(problem).toMatchObject({ code: 'REQUEST_INVALID', status: 400 });
  const paths = problem.errors.map((one: { path: string }) => one.path);
  expect(paths).toContain('gauges.tipQueueDepth');
  expect(paths.some((path: string) => path.startsWith('deltas.tips.0'))).toBe(true);
  expect((await api.health()).checks.tips.processed_last_hour).toBe(before);
});

test('bad JSON, a body over 1 MB and a wrong token have their own answers', async () => {
  const send = (body: string) =>
    fetch(`${api.url}/api/report`, {
      method: 'POST',
      headers: { authorization: 'Bearer the-app-token', 'content-type': 'application/json' },
      body,
    });
  expect((await send('{')).status).toBe(400);
  expect((await send(JSON.stringify({ pad: 'x'.repeat(1024 * 1024) }))).status).toBe(413);
  expect((await api.post({}, 'another')).status).toBe(401);
});

test('H2: a late report adds its calls but does not replace the newer state', async () => {
  await api.post({ gauges: { tipQueueDepth: 3 } });
  const late = { at: isoTime(begin - 60_000), deltas: { llmCalls: [[9, 'error' as const] as [number, 'error']] } };
  await api.post({ ...late, gauges: { tipQueueDepth: 40 } });
  const { tips, llm } = (await api.health()).checks;
  expect(tips).toMatchObject({ queue_depth: 3, age_s: 0 });
  expect(llm.error_rate_percent).toBe(100);
});

test('H2: after a restart the last known values are shown, stale by their age, and totals go on', async () => {
  const first = await startApi({ at: begin });
  const { home } = first;
  await feed(first, { report: { deltas: { tips: [[700, 5, 'ok']], llmCalls: [[100, 'ok']] } } });
  first.tickAfter(5_000);
  first.tickAfter(5_000);
  // The home outlives this run.
  await first.app.close();
  await first.context.store.close();
  const second = await startApi({ home, at: begin + 120_000 });
  const { checks, status } = await second.health();
  expect(status).toBe('degraded');
  expect(checks.process).toMatchObject({ status: 'warning', stale: true, memory_mb: 145, age_s: 120 });
  expect(checks.tips).toMatchObject({ status: 'warning', stale: true, processed_last_hour: 1 });
  expect(checks.backups).toMatchObject({ last_ok: true });
  const metrics = await (await fetch(`${second.url}/api/metrics`, { headers: second.headers })).json();
  expect(metrics.totals).toMatchObject({ tips_total: 1, llm_calls_today: 1 });
  await second.close();
  await first.close();
});
