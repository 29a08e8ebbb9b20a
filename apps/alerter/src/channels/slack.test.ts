import { startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { expect, test } from 'vitest';
import { fakesOfTest } from '../../test/support/fakes-of-test.ts';
import { sampleMessage } from './conformance-messages.ts';
import { slackChannel, slackText } from './slack.ts';
import { timeLimit } from './time-limit.ts';

const started = fakesOfTest();
const limit = () => timeLimit(5_000);

test('A2: Slack gets one attachment of color and text, nothing else', async () => {
  const fake = await started(startFakeSlack());
  await slackChannel({ url: fake.url }).send(sampleMessage, limit());
  expect(JSON.parse(fake.requests()[0]?.body ?? '')).toEqual({
    attachments: [
      {
        color: 'danger',
        text: ':rotating_light: [CRITICAL] 夜の生活 &lt;b&gt;\nProcess is down &amp; out.\nTime: 2026-03-11 15:30:00 JST',
      },
    ],
  });
});

test('W8: a channel that is named is asked for', async () => {
  const fake = await started(startFakeSlack());
  await slackChannel({ url: fake.url, channel: '#westep-alerts' }).send(sampleMessage, limit());
  expect(JSON.parse(fake.requests()[0]?.body ?? '')).toMatchObject({ channel: '#westep-alerts', attachments: [{}] });
});

test('A5: Slack says when to come back, in seconds or as a date', async () => {
  const soon = new Date(Date.now() + 60_000).toUTCString();
  const steps = ['7', soon].map((after) => ({ do: 'reply' as const, status: 429, headers: { 'retry-after': after } }));
  const fake = await started(startFakeSlack({ script: [...steps, { do: 'reply', status: 429 }] }));
  const channel = slackChannel({ url: fake.url });
  expect(await channel.send(sampleMessage, limit())).toEqual({ kind: 'busy', code: 'http_429', afterMs: 7_000 });
  const dated = await channel.send(sampleMessage, limit());
  expect(dated.kind === 'busy' && dated.afterMs).toBeGreaterThan(55_000);
  expect(await channel.send(sampleMessage, limit())).toMatchObject({ kind: 'busy', afterMs: 5_000 });
});

test.each([
  [404, 'no_service', 'refused'],
  [410, 'channel_is_archived', 'refused'],
  [400, 'invalid_token', 'refused'],
  [302, '', 'refused'],
  [400, 'invalid_payload', 'permanent'],
  [413, '', 'permanent'],
])('A5: Slack answers %i %s: %s', async (status, body, kind) => {
  const fake = await started(startFakeSlack({ script: [{ do: 'reply', status, body }] }));
  expect(await slackChannel({ url: fake.url }).send(sampleMessage, limit())).toMatchObject({ kind });
});

test.each([
  ['an entity', '&', /^(a|&amp;)*…$/],
  ['a pair', '😀', /^(a|😀)*…$/u],
])('Slack: a long text is cut after it is escaped, never inside %s', (_title, sign, whole) => {
  for (let shift = 0; shift < 6; shift++) {
    const text = slackText({ ...sampleMessage, head: '', lines: [`${'a'.repeat(shift)}${sign.repeat(3_000)}`] });
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(text.length).toBeGreaterThan(2_990);
    expect(text.split('\n')[1]).toMatch(whole);
  }
});
