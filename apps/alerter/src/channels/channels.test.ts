import { startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { expect, test } from 'vitest';
import { channelConformance, sampleMessage } from './conformance.ts';
import { slackChannel, slackText } from './slack.ts';
import { smtpChannel } from './smtp.ts';

channelConformance('Slack', async () => {
  const fake = await startFakeSlack();
  return {
    channel: slackChannel('slack', fake.url),
    script: fake.script,
    received: () => fake.messages().map((message) => message.text),
    secret: 'secret-of-the-webhook',
    laterStatus: 503,
    refusesUsStatus: 403,
    refusedStatus: 400,
    stop: fake.stop,
  };
});

channelConformance('SMTP', async () => {
  const fake = await startFakeSmtp();
  const url = fake.url.replace('smtp://', 'smtp://user:hidden-password@');
  return {
    channel: smtpChannel('mail', { url, from: 'yoban <alerts@example.test>', to: 'a@b.test, c@d.test' }),
    script: fake.script,
    received: () => fake.mails().map((mail) => `${mail.subject}\n${mail.text}`),
    secret: 'hidden-password',
    laterStatus: 451,
    refusesUsStatus: 535,
    refusedStatus: 554,
    stop: fake.stop,
  };
});

const signal = () => AbortSignal.timeout(5_000);

test('A2: Slack gets one attachment of color and text, nothing else', async () => {
  const fake = await startFakeSlack();
  await slackChannel('slack', fake.url).send(sampleMessage, signal());
  expect(JSON.parse(fake.requests()[0]?.body ?? '')).toEqual({
    attachments: [
      {
        color: 'danger',
        text: ':rotating_light: [CRITICAL] 夜の生活 &lt;b&gt;\nProcess is down &amp; out.\nTime: 2026-03-11 15:30:00 JST',
      },
    ],
  });
  await fake.stop();
});

test('A5: Slack says when to come back, in seconds or as a date', async () => {
  const soon = new Date(Date.now() + 60_000).toUTCString();
  const steps = ['7', soon].map((after) => ({ do: 'reply' as const, status: 429, headers: { 'retry-after': after } }));
  const fake = await startFakeSlack({ script: [...steps, { do: 'reply', status: 429 }] });
  const channel = slackChannel('slack', fake.url);
  expect(await channel.send(sampleMessage, signal())).toEqual({ kind: 'busy', code: 'http_429', afterMs: 7_000 });
  const dated = await channel.send(sampleMessage, signal());
  expect(dated.kind === 'busy' && dated.afterMs).toBeGreaterThan(55_000);
  expect(await channel.send(sampleMessage, signal())).toMatchObject({ kind: 'busy', afterMs: 5_000 });
  await fake.stop();
});

test('A3: a mail has the subject, plain text, both receivers and the same Message-ID on every try', async () => {
  const fake = await startFakeSmtp();
  const channel = smtpChannel('mail', { url: fake.url, from: 'yoban <alerts@example.test>', to: 'a@b.test, c@d.test' });
  await channel.send(sampleMessage, signal());
  await channel.send(sampleMessage, signal());
  const [first, second] = fake.mails();
  expect(first).toMatchObject({
    from: 'alerts@example.test',
    to: ['a@b.test', 'c@d.test'],
    subject: '[CRITICAL] 夜の生活 <b> Process down',
    text: '[CRITICAL] 夜の生活 <b>\nProcess is down & out.\nTime: 2026-03-11 15:30:00 JST',
  });
  expect(first?.headers['content-type']).toContain('text/plain');
  expect(first?.headers['message-id']).toBe('<ailife=2fprocess_down=231=3ax=3a1@example.test>');
  expect(second?.headers['message-id']).toBe(first?.headers['message-id']);
  await fake.stop();
});

test.each([
  [404, 'no_service', 'refused'],
  [410, 'channel_is_archived', 'refused'],
  [400, 'invalid_token', 'refused'],
  [302, '', 'refused'],
  [400, 'invalid_payload', 'permanent'],
  [413, '', 'permanent'],
])('A5: Slack answers %i %s: %s', async (status, body, kind) => {
  const fake = await startFakeSlack({ script: [{ do: 'reply', status, body }] });
  expect(await slackChannel('slack', fake.url).send(sampleMessage, signal())).toMatchObject({ kind });
  await fake.stop();
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
