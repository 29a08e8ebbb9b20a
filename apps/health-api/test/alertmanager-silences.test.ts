import type { AlertCommand } from '@yoban/shared/contracts/alert-command';
import type { SilenceState } from '@yoban/shared/contracts/silence';
import { HOUR, isoTime } from '@yoban/shared/contracts/time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
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
const call = (method: string, path: string, body?: unknown) =>
  fetch(`${api.url}/api/v2${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
const asked = (change: Record<string, unknown> = {}) => ({
  matchers: [{ name: 'alertname', value: 'Down', isRegex: false, isEqual: true }],
  startsAt: isoTime(at),
  endsAt: isoTime(at + HOUR),
  createdBy: 'ops',
  comment: 'new disks',
  ...change,
});

/** What the alerter would answer to the newest command: the test plays it, since only its word makes a silence. */
async function answerOf(done: boolean, state: SilenceState = 'active'): Promise<AlertCommand> {
  const command = await waitFor('a command', async () => (await bus.commands())[0]);
  if (command.do !== 'silence' && command.do !== 'unsilence') throw new Error('no silence was asked for');
  const audit = {
    ...command,
    target: 'silence',
    note: null,
    done,
    reason: done ? 'done' : 'too_many',
    at: isoTime(at),
  };
  const { id, do: what, actor, target, note, reason } = audit;
  api.take({
    type: 'alert-audit',
    id,
    at: isoTime(at),
    audit: { id, do: what, actor, target, note, done, reason, at: isoTime(at) },
  });
  const silence =
    command.do === 'silence' ? command.silence : api.context.model.silences.get(command.silenceId)?.silence;
  if (done && silence) api.take({ type: 'silence', id: `${id}-s`, at: isoTime(at), silence, state });
  await bus.empty();
  return command;
}

test('A7: a silence is answered when the alerter has it, and is there then', async () => {
  const posted = call('POST', '/silences', asked());
  const command = await answerOf(true);
  const answer = await posted;
  expect(answer.status).toBe(200);
  const { silenceID } = await answer.json();
  expect(command).toMatchObject({ do: 'silence', actor: 'ops', silence: { id: silenceID, comment: 'new disks' } });
  const [listed] = await (await call('GET', '/silences')).json();
  expect(listed).toEqual({ ...asked(), id: silenceID, updatedAt: isoTime(at), status: { state: 'active' } });
  expect(await (await call('GET', `/silence/${silenceID}`)).json()).toEqual(listed);
  expect(await (await call('GET', '/silences?filter=alertname=Other')).json()).toEqual([]);
  expect(await (await call('GET', '/silences?filter=alertname=Down')).json()).toHaveLength(1);
});

test('A7: a silence is changed under its id while it holds, and becomes another when it was over', async () => {
  const first = call('POST', '/silences', asked());
  await answerOf(true);
  const { silenceID } = await (await first).json();
  const change = call('POST', '/silences', asked({ id: silenceID, comment: 'longer' }));
  await answerOf(true);
  expect((await (await change).json()).silenceID).toBe(silenceID);
  const end = call('DELETE', `/silence/${silenceID}`);
  expect(await answerOf(true, 'expired')).toMatchObject({ do: 'unsilence', silenceId: silenceID });
  expect((await end).status).toBe(200);
  expect((await call('DELETE', `/silence/${silenceID}`)).status).toBe(200);
  const again = call('POST', '/silences', asked({ id: silenceID }));
  await answerOf(true);
  expect((await (await again).json()).silenceID).not.toBe(silenceID);
});

test('A7: what the alerter refuses is refused, with its reason', async () => {
  const posted = call('POST', '/silences', asked());
  await answerOf(false);
  const answer = await posted;
  expect(answer.status).toBe(409);
  expect((await answer.json()).detail).toContain('too_many');
});

test('A7: an unknown id is 404, and a silence without an end ahead is 400', async () => {
  expect((await call('GET', '/silence/none')).status).toBe(404);
  expect((await call('DELETE', '/silence/none')).status).toBe(404);
  expect((await call('POST', '/silences', asked({ id: 'none' }))).status).toBe(404);
  expect((await call('POST', '/silences', asked({ endsAt: isoTime(at - 1) }))).status).toBe(400);
  expect((await call('POST', '/silences', { comment: 'x' })).status).toBe(400);
});

test('A7: while the alerter is away the silence is queued, and its id is answered all the same', async () => {
  const answer = await call('POST', '/silences', asked());
  expect(answer.status).toBe(200);
  expect(await bus.commands()).toHaveLength(1);
});
