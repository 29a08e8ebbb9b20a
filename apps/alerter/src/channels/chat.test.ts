import { startFakeDiscord } from '@yoban/shared/testing/fake-discord';
import { startFakeNtfy } from '@yoban/shared/testing/fake-ntfy';
import { startFakeTelegram } from '@yoban/shared/testing/fake-telegram';
import { expect, test } from 'vitest';
import { fakesOfTest } from '../../test/support/fakes-of-test.ts';
import { sampleMessage } from './conformance-messages.ts';
import { discordChannel } from './discord.ts';
import { ntfyChannel } from './ntfy.ts';
import { telegramChannel } from './telegram.ts';
import { timeLimit } from './time-limit.ts';

const started = fakesOfTest();
const limit = () => timeLimit(5_000);

test('A6: Discord waits for the message to be kept, rings nobody, and a used up limit is not asked about', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '30.5' };
  const fake = await started(startFakeDiscord({ script: [{ do: 'reply', status: 200, headers }] }));
  const channel = discordChannel({ url: fake.url });
  expect((await channel.send(sampleMessage, limit())).kind).toBe('sent');
  const held = await channel.send(sampleMessage, limit());
  expect(held).toMatchObject({ kind: 'busy', code: 'rate_limit' });
  expect(held.kind === 'busy' && held.afterMs).toBeGreaterThan(25_000);
  expect(fake.requests().map((one) => one.path.split('?')[1])).toEqual(['wait=true']);
  expect(fake.messages()[0]).toMatchObject({ color: 0xd00000, mentions: false });
});

test.each([
  [404, '{"message":"Unknown Webhook","code":10015}', { kind: 'permanent', code: 'http_404_10015' }],
  [401, '{"message":"Invalid Webhook Token","code":50027}', { kind: 'refused', code: 'http_401_50027' }],
  [400, '<html>', { kind: 'permanent', code: 'http_400' }],
])('A6: Discord answers %i %s', async (status, body, result) => {
  const fake = await started(startFakeDiscord({ script: [{ do: 'reply', status, body }] }));
  expect(await discordChannel({ url: fake.url }).send(sampleMessage, limit())).toEqual(result);
});

test.each([
  [400, 'Bad Request: chat not found', { kind: 'refused', code: 'http_400_chat_not_found' }],
  [403, 'Forbidden: bot was blocked by the user', { kind: 'refused', code: 'http_403' }],
  [404, 'Not Found', { kind: 'refused', code: 'http_404' }],
  [400, 'Bad Request: message text is empty', { kind: 'permanent', code: 'http_400' }],
])('A6: Telegram answers %i %s', async (status, description, result) => {
  const body = JSON.stringify({ ok: false, error_code: status, description });
  const fake = await started(startFakeTelegram({ token: '1:t', script: [{ do: 'reply', status, body }] }));
  const channel = telegramChannel({ token: '1:t', chat: '42', endpoint: fake.url });
  expect(await channel.send(sampleMessage, limit())).toEqual(result);
});

test('A6: Telegram reads no markup in a message, and a group is sent to more slowly than a person', async () => {
  const fake = await started(startFakeTelegram({ token: '1:t' }));
  const of = (chat: string) => telegramChannel({ token: '1:t', chat, endpoint: fake.url });
  await of('42').send(sampleMessage, limit());
  expect(fake.messages()[0]).toMatchObject({ chat: '42', parseMode: null });
  expect(fake.messages()[0]?.text).toMatch(/^🚨 \[CRITICAL\] 夜の生活 <b>\n/);
  expect(of('-42').pace.perSecond).toBeLessThan(of('42').pace.perSecond);
});

test('A6: ntfy: a server that names the sequence id replaces in place; a used up day is a quota', async () => {
  const fake = await started(startFakeNtfy());
  const channel = ntfyChannel({ url: fake.url, token: null });
  expect(channel.keyed()).toBe(false);
  await channel.send(sampleMessage, limit());
  await channel.send(sampleMessage, limit());
  expect(channel.keyed()).toBe(true);
  expect(fake.messages().map((one) => one.outcome)).toEqual(['accepted', 'repeated']);
  expect(fake.messages()[0]).toMatchObject({ title: '🚨 [CRITICAL] 夜の生活 <b>', priority: 5 });
  fake.script([{ do: 'reply', status: 429, body: '{"code":42908,"http":429,"error":"limit reached"}' }]);
  expect(await channel.send(sampleMessage, limit())).toMatchObject({ kind: 'quota', code: 'http_429_42908' });
});
