import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openRecord } from './alert-record.ts';
import { type IngestBus, startIngestBus } from './ingest-bus.ts';
import { type Api, hookToken, startApi } from './start-api.ts';

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

const post = (body: string, type?: string, token = hookToken) =>
  fetch(`${api.url}/hooks/slack/${token}`, {
    method: 'POST',
    body,
    ...(type && { headers: { 'content-type': type } }),
  });
const attachment = (color: string, text: string) => JSON.stringify({ attachments: [{ color, text }] });
const told = (events: AlertEvent[]) => events.map((one) => `${one.kind} ${one.level} ${one.service}/${one.alertType}`);

test('a script’s message is answered as Slack answers, and is on the bus then', async () => {
  const answer = await post(attachment('danger', ':x: [Backup FAILED] no such file'), 'application/json');
  expect([answer.status, await answer.text()]).toEqual([200, 'ok']);
  expect(told(await bus.events())).toEqual(['raise critical ailife/cron_backup']);
});

test('the body counts, not its type: curl’s own form type, none at all, and Slack’s form field', async () => {
  expect((await post('{"text":"test"}', 'application/x-www-form-urlencoded')).status).toBe(200);
  expect((await post('{"text":"test"}')).status).toBe(200);
  const form = new URLSearchParams({ payload: '{"text":"a + b & c"}' }).toString();
  expect((await post(form, 'application/x-www-form-urlencoded')).status).toBe(200);
  const events = await bus.events();
  expect(events.map((one) => one.text?.description)).toEqual(['test', 'test', 'a + b & c']);
});

test('[Backup OK] only clears while the failure is known to be open', async () => {
  const ok = attachment('good', '[Backup OK] hourly backup complete (6.3M)');
  await post(ok, 'application/json');
  expect(told(await bus.events())).toEqual(['clear critical ailife/cron_backup', 'info info ailife/cron_backup']);
  await bus.empty();
  const alert = openRecord({ id: 'ailife/cron_backup#1', alertType: 'cron_backup', level: 'critical' });
  api.take({ type: 'alert', id: `${alert.id}-v1`, at: isoTime(at), alert });
  await post(ok, 'application/json');
  expect(told(await bus.events())).toEqual(['clear critical ailife/cron_backup']);
});

test('each post is an event of its own, also with the same words in the same moment', async () => {
  await post(attachment('danger', '[ALERT] down'));
  await post(attachment('danger', '[ALERT] down'));
  expect(new Set((await bus.events()).map((one) => one.id)).size).toBe(2);
});

test.each([
  ['{', 400],
  ['', 400],
  ['{"attachments":[]}', 400],
  ['[]', 400],
])('%j is refused, and says how to mend it', async (body, status) => {
  const answer = await post(body, 'application/json');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
  ]);
  expect((await answer.json()).hint.length).toBeGreaterThan(10);
});

test('a wrong token is refused, and no answer and no log line has the right one', async () => {
  const answer = await post(attachment('danger', '[ALERT] down'), 'application/json', 'not-the-token-of-this-hook');
  expect(answer.status).toBe(401);
  await post('{', 'application/json');
  expect(JSON.stringify(api.lines)).not.toContain(hookToken);
  expect(await bus.events()).toEqual([]);
});

test('without Redis and without an alerter the script is told to come again', async () => {
  const away = await startApi({ at });
  const answer = await fetch(`${away.url}/hooks/slack/${hookToken}`, { method: 'POST', body: attachment('good', 'x') });
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  await away.close();
});
