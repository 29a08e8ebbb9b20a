import { createFakeClock } from '@yoban/shared/testing/fake-clock';
import { startFakeLine } from '@yoban/shared/testing/fake-line';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, test } from 'vitest';
import { fakesOfTest } from '../../test/support/fakes-of-test.ts';
import type { ChannelNote } from './channel.ts';
import { sampleMessage } from './conformance-messages.ts';
import { lineChannel } from './line.ts';
import { monthEnd, quotaState } from './line-quota.ts';
import { timeLimit } from './time-limit.ts';
import { uuidV5 } from './uuid-v5.ts';

const started = fakesOfTest();
const limit = () => timeLimit(5_000);
const person = `U${'0123456789abcdef'.repeat(2)}`;
const group = `C${'0123456789abcdef'.repeat(2)}`;
const lineOf = (endpoint: string, to: string, notes: ChannelNote[], now?: () => number) =>
  lineChannel({ token: 't', to, endpoint, ...(now && { now }) }, (note) => notes.push(note));

test('A6: LINE gets a UUID of the notice from the first try on, and 409 means that it arrived', async () => {
  const fake = await started(startFakeLine({ script: [{ do: 'reset-after-accept' }, { do: 'reply', status: 500 }] }));
  const channel = lineOf(fake.url, person, []);
  const results = [];
  for (let n = 0; n < 3; n++) results.push((await channel.send(sampleMessage, limit())).kind);
  expect(results).toEqual(['unknown', 'retry', 'sent']);
  const key = uuidV5(sampleMessage.nid);
  expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(fake.tries().map((one) => one.headers['x-line-retry-key'])).toEqual([key, key, key]);
  expect(fake.pushes().map((one) => one.outcome)).toEqual(['accepted', 'repeated']);
});

test('A6: LINE: at 80 % of the month somebody is told; used up, LINE is asked for numbers each hour and for nothing else', async () => {
  const clock = createFakeClock();
  const fake = await started(startFakeLine({ quota: 20, used: 10, members: 3, now: clock.now }));
  const notes: ChannelNote[] = [];
  const channel = lineOf(fake.url, group, notes, clock.now);
  const send = (n: number) => channel.send({ ...sampleMessage, nid: `n${n}` }, limit());

  expect((await send(1)).kind).toBe('sent');
  await waitFor('the answer about the quota', () => notes.length > 0);
  clock.advance(3_600_000);
  expect((await send(2)).kind).toBe('sent');
  const near = await waitFor('the note that the month is nearly over', () => notes.find((one) => one.state === 'near'));
  expect(near).toMatchObject({ used: 16, limit: 20, until: monthEnd(clock.now()) });

  expect((await send(3)).kind).toBe('sent');
  const told = await waitFor('the note that the month is over', () => notes.find((one) => one.state === 'exhausted'));
  expect(told).toMatchObject({ used: 19, limit: 20 });
  const tries = fake.tries().length;
  expect(await send(4)).toMatchObject({ kind: 'quota', code: 'monthly_limit' });
  clock.advance(3_600_000);
  expect((await send(5)).kind).toBe('quota');
  expect(fake.tries()).toHaveLength(tries);
});

test("A6: LINE's own word that the month is used up holds the channel, though its count may say otherwise", async () => {
  const clock = createFakeClock();
  const body = '{"message":"You have reached your monthly limit."}';
  const script = [{ do: 'reply' as const, status: 429, body }];
  const fake = await started(startFakeLine({ quota: 200, used: 10, now: clock.now, script }));
  const notes: ChannelNote[] = [];
  const channel = lineOf(fake.url, person, notes, clock.now);
  expect(await channel.send(sampleMessage, limit())).toMatchObject({ kind: 'quota', code: 'http_429_monthly_limit' });
  expect(notes.at(-1)).toMatchObject({ state: 'exhausted' });
  expect((await channel.send(sampleMessage, limit())).kind).toBe('quota');
  clock.advance(3_600_000);
  expect((await channel.send(sampleMessage, limit())).kind).toBe('sent');
  expect(notes.at(-1)).toMatchObject({ state: 'ok' });
});

test('A6: LINE: another 429 is only about speed; a 400 about the receiver is about us', async () => {
  const reply = (status: number, body: string) => ({ do: 'reply' as const, status, body });
  const fake = await started(
    startFakeLine({
      script: [
        reply(429, '{"message":"Too Many Requests"}'),
        reply(400, '{"message":"The property, \'to\', in the request body is invalid (line: -, column: -)"}'),
        reply(400, '{"message":"The request body has 1 error(s)","details":[{"property":"messages[0].text"}]}'),
      ],
    }),
  );
  const channel = lineOf(fake.url, person, []);
  expect((await channel.send(sampleMessage, limit())).kind).toBe('busy');
  expect(await channel.send(sampleMessage, limit())).toEqual({ kind: 'refused', code: 'http_400_to' });
  expect((await channel.send(sampleMessage, limit())).kind).toBe('permanent');
});

test('A6: LINE: a quota that cannot be asked about stops nothing', async () => {
  const clock = createFakeClock();
  const fake = await started(startFakeLine({ hidesQuota: true }));
  const notes: ChannelNote[] = [];
  const channel = lineOf(fake.url, person, notes, clock.now);
  for (const nid of ['n1', 'n2']) {
    expect((await channel.send({ ...sampleMessage, nid }, limit())).kind).toBe('sent');
    clock.advance(3_600_000);
  }
  await waitFor('the refused questions', () => fake.requests().length === 6);
  expect(notes).toEqual([]);
});

test('the month of LINE ends at midnight in Japan; a plan without a limit is never used up', () => {
  expect(new Date(monthEnd(Date.parse('2026-03-31T14:59:59Z'))).toISOString()).toBe('2026-03-31T15:00:00.000Z');
  expect(new Date(monthEnd(Date.parse('2026-12-31T15:00:00Z'))).toISOString()).toBe('2027-01-31T15:00:00.000Z');
  const state = (used: number, limit: number | null, reach = 1) => quotaState({ used, limit, reach });
  expect([159, 160, 199, 200].map((used) => state(used, 200))).toEqual(['ok', 'near', 'near', 'exhausted']);
  expect([state(198, 200, 3), state(9_999, null)]).toEqual(['exhausted', 'ok']);
});
