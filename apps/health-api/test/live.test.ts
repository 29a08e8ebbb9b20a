import { once } from 'node:events';
import type { Producer } from '@yoban/shared/bus/producer';
import type { Fact } from '@yoban/shared/contracts/fact';
import { LiveMessage } from '@yoban/shared/contracts/live';
import { isoTime } from '@yoban/shared/contracts/time';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { readyProducer } from '@yoban/shared/testing/ready-producer';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createLiveHub } from '../src/state/live-hub.ts';
import { overviewOk, processUp } from './observed.ts';
import { type Api, adminKey, feed, startApi } from './start-api.ts';

let redis: PrivateRedis;
let api: Api;
let producer: Producer;
beforeAll(async () => {
  redis = await startPrivateRedis();
  api = await startApi({ redisUrl: redis.url });
  producer = await readyProducer(redis.url);
});
afterAll(async () => {
  await producer.close();
  await api.close();
  await redis.stop();
});

const socketUrl = () => `${api.url.replace('http', 'ws')}/api/live`;

/** Opens the live connection and keeps every message, parsed by the contract. */
async function connect(headers: Record<string, string> = { 'x-api-key': adminKey }) {
  const messages: LiveMessage[] = [];
  const socket = new WebSocket(socketUrl(), { headers });
  socket.on('message', (data) => messages.push(LiveMessage.parse(JSON.parse(String(data)))));
  await once(socket, 'open');
  await waitFor('the snapshot', () => messages.length > 0);
  return { socket, messages, close: () => socket.terminate() };
}

const refusal = async (headers: Record<string, string>) => {
  const socket = new WebSocket(socketUrl(), { headers });
  socket.on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response');
  socket.terminate();
  return response.statusCode;
};

const fact = async (one: Fact) => producer.add('fact', `${one.type}-${one.id}`, one);

test('D3: first a snapshot, then changes, with a sequence that rises by one', async () => {
  await feed(api);
  const live = await connect();
  expect(live.messages[0]).toMatchObject({
    type: 'snapshot',
    seq: 0,
    health: { checks: { process: { status: 'ok' } } },
  });
  api.tick();
  api.tick();
  await waitFor('two pushes', () => live.messages.length >= 3);
  expect(live.messages.map((one) => one.seq)).toEqual(live.messages.map((_, index) => index));
  live.close();
});

test('D3: a killed app reaches the browser within 2 s of its fact, a recovery too', async () => {
  await feed(api);
  const live = await connect();
  for (const [state, status] of [
    ['down', 'error'],
    ['up', 'ok'],
  ] as const) {
    api.clock.ms += 100;
    const ownTime = startOwnTime();
    await fact({
      type: 'checks',
      id: `${state}-${api.clock.ms}`,
      at: isoTime(api.clock.ms),
      results: [{ ...processUp(api.clock.ms), state, restartCount: 1 }],
    });
    await waitFor(`process ${status} on the screen`, () =>
      live.messages.some((one) => one.type === 'health' && one.health.checks.process.status === status),
    );
    expect(ownTime()).toBeLessThan(2_000);
  }
  live.close();
});

test('D3: an alert and a backup come as messages of their own', async () => {
  const live = await connect();
  const at = isoTime(api.clock.ms);
  await fact({
    type: 'alert',
    id: 'one',
    at,
    alert: {
      id: 'ailife/process_down#1',
      service: 'ailife',
      alertType: 'process_down',
      level: 'critical',
      state: 'open',
      raisedAt: at,
      resolvedAt: null,
      params: { supervisor: 'pm2' },
      lastError: null,
      suppressed: 0,
      ackedBy: null,
      ackedAt: null,
      silencedBy: null,
      hiddenBy: null,
      labels: {},
      text: null,
      notices: [],
    },
  });
  await waitFor('the alert', () => live.messages.some((one) => one.type === 'alert'));
  await fact({ type: 'backup-overview', id: 'two', at, overview: overviewOk(api.clock.ms) });
  await waitFor('the backups', () => live.messages.some((one) => one.type === 'backups'));
  const list = await (await fetch(`${api.url}/api/alerts`, { headers: api.headers })).json();
  expect(list.alerts[0].id).toBe('ailife/process_down#1');
  live.close();
});

test('D3, A7: silences, test-sends and what became of commands are pushed', async () => {
  const live = await connect();
  const at = isoTime(api.clock.ms);
  const matchers = [{ name: 'service', value: 'shop', isRegex: false, isEqual: true }];
  const silence = {
    id: 's',
    matchers,
    startsAt: at,
    endsAt: isoTime(api.clock.ms + 60_000),
    createdBy: 'o',
    comment: '',
  };
  await fact({ type: 'silence', id: 's1', at, silence, state: 'active' });
  await fact({
    type: 'alert-test',
    id: 't1',
    at,
    test: { id: 't', channel: 'slack', outcome: 'sent', detail: null, at },
  });
  const audit = { id: 'c', do: 'ack', actor: 'o', target: 'x', note: null, done: true, reason: 'acked', at } as const;
  await fact({ type: 'alert-audit', id: 'c1', at, audit });
  await waitFor('all three', () => live.messages.some((one) => one.type === 'alert-audit'));
  expect(live.messages.find((one) => one.type === 'silence')?.silence).toEqual({
    ...silence,
    state: 'active',
    updatedAt: at,
  });
  expect(live.messages.find((one) => one.type === 'alert-test')?.test).toMatchObject({
    channel: 'slack',
    outcome: 'sent',
  });
  live.close();
});

test('D1: the live connection needs a login, and a cookie only counts from our own page', async () => {
  expect(await refusal({})).toBe(401);
  expect(await refusal({ 'x-api-key': 'wrong' })).toBe(401);
  const login = await fetch(`${api.url}/admin/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: adminKey }),
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  expect(await refusal({ cookie })).toBe(403);
  expect(await refusal({ cookie, origin: 'http://evil.example' })).toBe(403);
  const own = await connect({ cookie, origin: api.url });
  expect(own.messages[0]?.type).toBe('snapshot');
  own.close();
});

test('D3: a client that does not read is dropped, and the others go on', () => {
  const { model, snapshot } = api.context;
  const sent: string[] = [];
  const hub = createLiveHub({ model, snapshot, now: () => api.clock.ms });
  const slow = { bufferedAmount: 0, dropped: false, send: () => {}, terminate: () => {} };
  slow.terminate = () => {
    slow.dropped = true;
  };
  hub.add(slow);
  hub.add({ bufferedAmount: 0, send: (text) => void sent.push(text), terminate: () => {} });
  slow.bufferedAmount = 2 * 1024 * 1024;
  hub.tick();
  expect(slow.dropped).toBe(true);
  expect(sent).toHaveLength(2);
  hub.close();
});
