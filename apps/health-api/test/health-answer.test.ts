import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { HealthResponse } from '@yoban/shared/contracts/health';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Api, feed, startApi } from './start-api.ts';

let redis: PrivateRedis;
let api: Api;
beforeAll(async () => {
  redis = await startPrivateRedis();
  api = await startApi({ redisUrl: redis.url });
});
afterAll(async () => {
  await api.close();
  await redis.stop();
});

const run = promisify(execFile);

/** What an operator's cron script does with the answer: code by curl, then the first "status" of the text, by grep alone. */
const cronScript = `
answer=$(curl -s -w "\\n%{http_code}" --max-time 10 "$1")
code=$(echo "$answer" | tail -1)
word=$(echo "$answer" | sed '$d' | grep -o '"status":"[^"]*"' | head -1 | cut -d'"' -f4)
echo "$code $word"`;
const scriptSees = async (query = '') =>
  (await run('bash', ['-c', cronScript, 'check', `${api.url}/api/health${query}`])).stdout.trim();

async function become(status: 'healthy' | 'degraded' | 'unhealthy'): Promise<void> {
  const process = { state: status === 'unhealthy' ? 'down' : 'up', memoryMb: status === 'degraded' ? 500 : 145 };
  for (let i = 0; i < 2; i++) {
    api.clock.ms += 5_000;
    await feed(api, { process });
    api.tick();
  }
}

describe.each(['healthy', 'degraded', 'unhealthy'] as const)('while %s', (status) => {
  test(`H1: a shell script reads "${status}" and code 200 from the answer`, async () => {
    await become(status);
    expect(await scriptSees()).toBe(`200 ${status}`);
  });

  test('H1: the answer has the whole shape, compact, status first, never cached', async () => {
    const response = await fetch(`${api.url}/api/health`);
    const text = await response.text();
    expect(text.startsWith(`{"status":"${status}","timestamp":"`)).toBe(true);
    expect(text).not.toMatch(/": /);
    expect(JSON.parse(text)).toEqual(HealthResponse.parse(JSON.parse(text)));
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-health-status')).toBe(status);
  });

  test('H1: ?strict=1 and the health+json draft fail with 503 when unhealthy alone', async () => {
    const wanted = status === 'unhealthy' ? 503 : 200;
    expect(await scriptSees('?strict=1')).toBe(`${wanted} ${status}`);
    const draft = await fetch(`${api.url}/api/health`, { headers: { accept: 'application/health+json' } });
    expect(draft.status).toBe(wanted);
    expect(draft.headers.get('content-type')).toMatch(/^application\/health\+json/);
    expect(draft.headers.get('vary')).toContain('Accept');
    expect((await draft.json()).status).toBe({ healthy: 'pass', degraded: 'warn', unhealthy: 'fail' }[status]);
  });

  test('H1: HEAD answers like GET, without the body', async () => {
    const head = await fetch(`${api.url}/api/health`, { method: 'HEAD' });
    expect(head.status).toBe(200);
    expect(head.headers.get('x-health-status')).toBe(status);
    expect(await head.text()).toBe('');
  });
});

test('H1: paths and errors are told with the key alone', async () => {
  const open = await (await fetch(`${api.url}/api/health`)).text();
  const closed = await (await fetch(`${api.url}/api/health`, { headers: api.headers })).text();
  expect(open).not.toContain(api.home);
  expect(closed).toContain(api.home);
  expect(closed.startsWith('{"status":"')).toBe(true);
});

test('H2: two bad evaluations in a row to fall, two good to rise; a burst of input between two ticks counts once', async () => {
  await become('healthy');
  api.clock.ms += 5_000;
  for (let i = 0; i < 10; i++) await feed(api, { process: { state: 'down' } });
  const burst = await api.health();
  expect(burst).toMatchObject({ status: 'healthy', checks: { process: { status: 'error' } } });
  expect(burst.reasons[0]).toMatchObject({ code: 'process_down', impact: 'unhealthy' });
  api.tick();
  expect((await api.health()).status).toBe('healthy');
  api.tickAfter(5_000);
  await feed(api, { process: { state: 'down' } });
  expect((await api.health()).status).not.toBe('healthy');
  await become('healthy');
  const again = await api.health();
  expect(again).toMatchObject({ status: 'healthy', reasons: [] });
});

test('H2: a reason keeps its beginning while it stands', async () => {
  await become('healthy');
  await become('degraded');
  const first = (await api.health()).reasons.find((one) => one.code === 'memory_high')?.since;
  await become('degraded');
  const later = (await api.health()).reasons.find((one) => one.code === 'memory_high');
  expect(later).toMatchObject({ since: first, value: 500, limit: 409.6 });
});

test('H1: liveness asks nothing, readiness asks the bus, the store and the consumer', async () => {
  for (const route of ['/livez', '/health']) expect((await fetch(`${api.url}${route}`)).status).toBe(200);
  await waitFor('ready', async () => (await fetch(`${api.url}/readyz`)).status === 200);
  expect(await (await fetch(`${api.url}/ready`)).json()).toEqual({
    status: 'ready',
    bus: true,
    store: true,
    facts: true,
  });
});
