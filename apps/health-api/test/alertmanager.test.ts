import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRecord } from './alert-record.ts';
import { type IngestBus, startIngestBus } from './ingest-bus.ts';
import { type Api, ingestToken, startApi } from './start-api.ts';

const at = Date.parse('2026-03-11T06:30:00.000Z');
let bus: IngestBus;
let api: Api;
beforeAll(async () => {
  bus = await startIngestBus();
});
beforeEach(async () => {
  await bus.empty();
  api = await startApi({ redisUrl: bus.redis.url, at });
});
afterEach(() => api.close());
afterAll(() => bus.stop());

const headers = { authorization: `Bearer ${ingestToken}`, 'content-type': 'application/json' };
const post = (entries: unknown, more: Record<string, string> = {}) =>
  fetch(`${api.url}/api/v2/alerts`, {
    method: 'POST',
    headers: { ...headers, ...more },
    body: JSON.stringify(entries),
  });
const get = async (path: string) => (await fetch(`${api.url}${path}`, { headers })).json();
const firing = (labels: Record<string, string> = {}) => ({
  labels: { alertname: 'Down', job: 'node', severity: 'critical', ...labels },
  annotations: { summary: 'it is down' },
  startsAt: isoTime(at),
  endsAt: isoTime(api.clock.ms + 4 * MINUTE),
});

test('an alert is on the bus when its post is answered, and is shown at once', async () => {
  const answer = await post([firing({ instance: 'a', empty: '' })]);
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  const [event] = await bus.events();
  expect(event).toMatchObject({
    kind: 'raise',
    level: 'critical',
    service: 'node',
    alertType: 'Down',
    at: isoTime(at),
  });
  expect(event?.labels).toEqual({ alertname: 'Down', job: 'node', severity: 'critical', instance: 'a' });
  expect(await get('/api/v2/alerts')).toMatchObject([
    {
      labels: { alertname: 'Down', instance: 'a' },
      annotations: { summary: 'it is down' },
      startsAt: isoTime(at),
      endsAt: isoTime(at + 4 * MINUTE),
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
      status: { state: 'active', silencedBy: [], inhibitedBy: [] },
    },
  ]);
});

test('bad entries are named in the 400, the good ones count', async () => {
  const bad = { ...firing(), endsAt: isoTime(at - MINUTE) };
  const answer = await post([firing({ instance: 'a' }), bad, { labels: {} }, firing({ instance: 'b' })]);
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = await answer.json();
  expect(problem.errors.map((one: { path: string }) => one.path)).toEqual(['1.endsAt', '2.labels']);
  expect((await bus.events()).filter((one) => one.kind === 'raise')).toHaveLength(2);
});

test('a client that reads only JSON gets the words as a string, as from Alertmanager', async () => {
  const answer = await post([{ labels: {} }], { accept: 'application/json' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(await answer.json()).toBe('0.labels: at least one label pair required');
});

test.each([
  ['a body that is no list', '{}', 400],
  ['no JSON', '[', 400],
  ['too much', JSON.stringify([{ labels: { a: 'x'.repeat(9 * 1024 * 1024) } }]), 413],
])('%s is refused', async (_what, body, status) => {
  const answer = await fetch(`${api.url}/api/v2/alerts`, { method: 'POST', headers, body });
  expect(answer.status).toBe(status);
});

test('a batch of Prometheus and more goes in one post', async () => {
  const many = Array.from({ length: 512 }, (_, index) => firing({ alertname: `Down${index}` }));
  expect((await post(many)).status).toBe(200);
  const events = await bus.events();
  expect(new Set(events.map((one) => one.alertType)).size).toBe(512);
  expect(await get('/api/v2/alerts?filter=alertname=Down7')).toHaveLength(1);
});

test('A4: what is posted again each minute is one raise and moves only its end, also across a restart', async () => {
  await post([firing()]);
  api.clock.ms += MINUTE;
  await post([firing()]);
  const second = await startApi({ redisUrl: bus.redis.url, home: api.home, at: api.clock.ms + MINUTE });
  const body = JSON.stringify([{ ...firing(), endsAt: isoTime(second.clock.ms + 4 * MINUTE) }]);
  await fetch(`${second.url}/api/v2/alerts`, { method: 'POST', headers, body });
  await second.close();
  const events = await bus.events();
  expect(events.map((one) => [one.kind, one.at])).toEqual(Array.from({ length: 3 }, () => ['raise', isoTime(at)]));
  expect(events.map((one) => one.endsAt)).toEqual([4, 5, 6].map((minutes) => isoTime(at + minutes * MINUTE)));
});

test('without Redis the alerter’s own door takes them; with neither a sender is asked to send again', async () => {
  const taken: AlertEvent[] = [];
  const door = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text) => {
      body += text;
    });
    request.on('end', () => {
      taken.push(...AlertEvent.array().parse(JSON.parse(body)));
      response.writeHead(200).end();
    });
  });
  const home = makeTempDir();
  const away = await startApi({ home: home.dir, at });
  const send = () => fetch(`${away.url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([firing()]) });
  const refused = await send();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect((await refused.json()).retryable).toBe(true);
  // Nothing of a post that failed is remembered: sent again it is the raise it was.
  mkdirSync(away.config.kit.paths.run, { recursive: true });
  await once(door.listen(`${away.config.kit.paths.run}/alerter.sock`), 'listening');
  expect((await send()).status).toBe(200);
  expect(taken.map((one) => `${one.kind} ${one.alertType}`)).toEqual(['raise Down']);
  await once(door.close(), 'close');
  await away.close();
  home.remove();
});

test('a Redis that dies under a post is no loss: the sender is told, and the same post later is taken', async () => {
  const own = await startIngestBus();
  const second = await startApi({ redisUrl: own.redis.url, at });
  const send = () =>
    fetch(`${second.url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify([firing()]) });
  await own.redis.kill();
  expect((await send()).status).toBe(503);
  await own.redis.start();
  await waitFor('the bus is back', async () => (await send()).status === 200);
  expect((await own.events()).map((one) => one.kind)).toContain('raise');
  await second.close();
  await own.stop();
});

test('a Redis that is stopped and answers nothing holds one post for 2 s and the others not at all', async () => {
  const own = await startIngestBus();
  const second = await startApi({ redisUrl: own.redis.url, at });
  const send = async (alertname: string) => {
    const began = performance.now();
    const body = JSON.stringify([firing({ alertname })]);
    const { status } = await fetch(`${second.url}/api/v2/alerts`, { method: 'POST', headers, body });
    return { status, tookMs: performance.now() - began };
  };
  await waitFor('the first', async () => (await send('First')).status === 200);
  process.kill(own.redis.pid, 'SIGSTOP');
  const held = await send('Second');
  expect(held.status).toBe(503);
  expect(held.tookMs).toBeGreaterThan(1_500);
  const ownTime = startOwnTime();
  expect((await send('Third')).status).toBe(503);
  expect(ownTime()).toBeLessThan(1_500);
  process.kill(own.redis.pid, 'SIGCONT');
  await waitFor('the bus is back', async () => (await send('Second')).status === 200);
  expect(
    (await own.events()).filter((one) => one.alertType === 'Second' && one.kind === 'raise').length,
  ).toBeGreaterThan(0);
  await second.close();
  await own.stop();
});

test('filters, groups, receivers and status answer in Alertmanager’s shapes', async () => {
  await post([firing({ instance: 'a' }), firing({ instance: 'b', severity: 'warning' })]);
  const alert = openRecord({ id: 'ailife/disk_low#1', alertType: 'disk_low' });
  api.take({ type: 'alert', id: `${alert.id}-v1`, at: isoTime(at), alert });
  expect(await get('/api/v2/alerts?filter=severity%3D%22warning%22&filter=job%3Dnode')).toHaveLength(1);
  expect(await get('/api/v2/alerts?filter=alertname%3D~%22disk.*%22')).toMatchObject([
    { labels: { service: 'ailife' } },
  ]);
  expect(await get('/api/v2/alerts?active=false')).toEqual([]);
  expect((await fetch(`${api.url}/api/v2/alerts?filter=nonsense`, { headers })).status).toBe(400);
  expect(await get('/api/v2/receivers')).toContainEqual({ name: 'slack' });
  const groups = await get('/api/v2/alerts/groups?receiver=slack');
  expect(groups).toContainEqual(
    expect.objectContaining({ labels: { alertname: 'Down', service: 'node' }, receiver: { name: 'slack' } }),
  );
  const status = await get('/api/v2/status');
  expect(status).toMatchObject({ cluster: { status: 'disabled', peers: [] }, uptime: isoTime(at) });
  expect(JSON.parse(status.config.original).route.receiver).toBe('slack');
  for (const path of ['/-/healthy', '/-/ready']) {
    const answer = await fetch(`${api.url}${path}`);
    expect([answer.status, await answer.text()]).toEqual([200, 'OK']);
  }
});
