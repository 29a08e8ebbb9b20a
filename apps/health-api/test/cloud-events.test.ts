import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type IngestBus, startIngestBus } from './ingest-bus.ts';
import { type Api, ingestToken, startApi } from './start-api.ts';

let bus: IngestBus;
let api: Api;
beforeAll(async () => {
  bus = await startIngestBus();
});
beforeEach(async () => {
  await bus.empty();
  api = await startApi({ redisUrl: bus.redis.url });
});
afterEach(() => api.close());
afterAll(() => bus.stop());

const post = (body: unknown, headers: Record<string, string>) =>
  fetch(`${api.url}/api/v2/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ingestToken}`, ...headers },
    body: JSON.stringify(body),
  });
const data = { service: 'shop', alertType: 'till_stuck', severity: 'critical' };
const event = (id: string) => ({ specversion: '1.0', id, source: '/shop', type: 'alert.raise', data });
const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

test('structured and binary mode of one event are one event (T0)', async () => {
  const first = await post(event('1'), structured);
  expect([first.status, await first.json()]).toEqual([202, { ids: ['/shop#1'] }]);
  const head = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/shop', 'ce-type': 'alert.raise' };
  expect((await post(data, { 'content-type': 'application/json', ...head })).status).toBe(202);
  const events = await bus.events();
  expect(events.map((one) => [one.id, one.kind, one.level])).toEqual([['/shop#1', 'raise', 'critical']]);
});

test('the good ones of a batch count, and the others are named', async () => {
  const wrong = { ...event('2'), data: { ...data, service: '' } };
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  const answer = await post([event('1'), wrong, event('3')], batch);
  expect(answer.status).toBe(400);
  expect((await answer.json()).errors).toEqual([{ path: '1.data.service', message: expect.any(String) }]);
  expect((await bus.events()).map((one) => one.id)).toEqual(['/shop#1', '/shop#3']);
});

test.each([
  ['plain JSON', event('1'), { 'content-type': 'application/json' }, 400],
  ['an unknown type', { ...event('1'), type: 'order.paid' }, structured, 400],
  ['no list in a batch', event('1'), { 'content-type': 'application/cloudevents-batch+json' }, 400],
  ['another format', event('1'), { 'content-type': 'application/cloudevents+avro' }, 415],
])('%s is refused', async (_what, body, headers: Record<string, string>, status) => {
  const answer = await post(body, headers);
  expect([answer.status, (await answer.json()).status]).toEqual([status, status]);
  expect(await bus.events()).toEqual([]);
});
