import { startFakeDiscord } from '@yoban/shared/testing/fake-discord';
import { startFakeLine } from '@yoban/shared/testing/fake-line';
import { startFakeNtfy } from '@yoban/shared/testing/fake-ntfy';
import { startFakePagerduty } from '@yoban/shared/testing/fake-pagerduty';
import { startFakeSendgrid } from '@yoban/shared/testing/fake-sendgrid';
import { startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { startFakeTelegram } from '@yoban/shared/testing/fake-telegram';
import { startFakeWebhook } from '@yoban/shared/testing/fake-webhook';
import type { LoggedRequest } from '@yoban/shared/testing/loopback-http';
import { channelConformance } from './conformance.ts';
import { discordChannel } from './discord.ts';
import { lineChannel } from './line.ts';
import { ntfyChannel } from './ntfy.ts';
import { pagerdutyChannel } from './pagerduty.ts';
import { sendgridChannel } from './sendgrid.ts';
import { slackChannel } from './slack.ts';
import { smtpChannel } from './smtp.ts';
import { telegramChannel } from './telegram.ts';
import { webhookChannel } from './webhook.ts';

const statuses = { laterStatus: 503, refusesUsStatus: 403, refusedStatus: 400 };
const retryAfter = {
  step: { do: 'reply' as const, status: 429, headers: { 'retry-after': '7' } },
  afterMs: 7_000,
};
/** An address with another server in it. */
const at = (url: string, server: string | undefined): string =>
  server ? url.replace(/127\.0\.0\.1:\d+/, server) : url;
const bodies = (requests: readonly LoggedRequest[]) => requests.map((one) => one.body);
const parsed = (body: string): Record<string, never> => JSON.parse(body);

channelConformance('Slack', async () => {
  const fake = await startFakeSlack();
  return {
    open: (server) => slackChannel({ url: at(fake.url, server) }),
    script: fake.script,
    received: () => fake.messages().map((message) => unescaped(message.text)),
    raw: () => bodies(fake.requests()),
    secret: 'secret-of-the-webhook',
    ...statuses,
    busy: retryAfter,
    keyed: false,
    armed: [/<!/, /<https/, /<script/],
    fits: (body) => String(fieldAt(body, 'attachments', 0, 'text')).length <= 3_000,
    stop: fake.stop,
  };
});

channelConformance('SMTP', async () => {
  const fake = await startFakeSmtp();
  const url = fake.url.replace('smtp://', 'smtp://user:hidden-password@');
  return {
    open: (server) =>
      smtpChannel({ url: at(url, server), from: 'yoban <alerts@example.test>', to: 'a@b.test, c@d.test' }),
    script: fake.script,
    received: () => fake.mails().map((mail) => `${mail.subject}\n${mail.text}`),
    raw: () => fake.requests().map((mail) => mail.raw.toString('latin1')),
    secret: 'hidden-password',
    laterStatus: 451,
    refusesUsStatus: 535,
    refusedStatus: 554,
    busy: null,
    keyed: false,
    armed: [/^Bcc:/im, /text\/html/],
    fits: (mail) => mail.split('\r\n').every((line) => line.length <= 998),
    stop: fake.stop,
  };
});

channelConformance('SendGrid', async () => {
  const fake = await startFakeSendgrid();
  const account = { key: 'SG.hidden-key', from: 'yoban <alerts@example.test>', to: 'a@b.test, c@d.test' };
  return {
    open: (server) => sendgridChannel({ ...account, endpoint: at(fake.url, server) }),
    script: fake.script,
    received: () => fake.mails().map((mail) => `${mail.subject}\n${mail.text}`),
    raw: () => bodies(fake.requests()),
    secret: 'hidden-key',
    ...statuses,
    busy: retryAfter,
    keyed: false,
    armed: [/"bcc"/i, /text\/html/, /"subject":"[^"]*\\[rn]/],
    fits: (body) => String(fieldAt(body, 'subject')).length <= 250,
    stop: fake.stop,
  };
});

const lineId = `U${'0123456789abcdef'.repeat(2)}`;

channelConformance('LINE', async () => {
  const fake = await startFakeLine();
  return {
    open: (server) =>
      lineChannel({ token: 'hidden-token', to: lineId, endpoint: at(fake.url, server) }, () => undefined),
    script: fake.script,
    received: () => fake.pushes().flatMap((push) => (push.outcome === 'accepted' ? [push.text] : [])),
    raw: () => bodies(fake.tries()),
    secret: 'hidden-token',
    ...statuses,
    busy: retryAfter,
    keyed: true,
    armed: [/"type":"(?!text")/],
    fits: (body) => String(fieldAt(body, 'messages', 0, 'text')).length <= 5_000,
    stop: fake.stop,
  };
});

channelConformance('Discord', async () => {
  const fake = await startFakeDiscord();
  return {
    open: (server) => discordChannel({ url: at(fake.url, server) }),
    script: fake.script,
    received: () => fake.messages().map((message) => message.text),
    raw: () => bodies(fake.requests()),
    secret: 'secret-of-the-webhook',
    ...statuses,
    refusesUsStatus: 401,
    busy: { step: { do: 'reply', status: 429, body: '{"message":"slow","retry_after":1.5}' }, afterMs: 1_500 },
    keyed: false,
    armed: [/@everyone/, /\]\(/, /(?<!\\\\)</, /"parse":\[[^\]]/],
    fits: (body) =>
      String(fieldAt(body, 'content')).length <= 2_000 &&
      String(fieldAt(body, 'embeds', 0, 'description')).length <= 4_096,
    stop: fake.stop,
  };
});

channelConformance('Telegram', async () => {
  const token = '12345:hidden-token';
  const fake = await startFakeTelegram({ token });
  return {
    open: (server) => telegramChannel({ token, chat: '-100200300', endpoint: at(fake.url, server) }),
    script: fake.script,
    received: () => fake.messages().map((message) => message.text),
    raw: () => bodies(fake.requests()),
    secret: 'hidden-token',
    ...statuses,
    refusesUsStatus: 401,
    busy: {
      step: { do: 'reply', status: 429, body: '{"ok":false,"parameters":{"retry_after":35}}' },
      afterMs: 35_000,
    },
    keyed: false,
    armed: [/@everyone/, /parse_mode/],
    fits: (body) => String(fieldAt(body, 'text')).length <= 4_096,
    stop: fake.stop,
  };
});

for (const old of [false, true]) {
  channelConformance(old ? 'ntfy before 2.16' : 'ntfy', async () => {
    const fake = await startFakeNtfy({ old });
    return {
      open: (server) => ntfyChannel({ url: at(fake.url, server), token: 'tk_hidden' }),
      script: fake.script,
      received: () =>
        fake
          .messages()
          .flatMap(({ outcome, title, message }) => (outcome === 'accepted' ? [`${title}\n${message}`] : [])),
      raw: () => bodies(fake.requests()),
      secret: 'secret-of-the-topic',
      ...statuses,
      busy: retryAfter,
      keyed: !old,
      armed: [/"markdown"/, /"actions"/, /"click"/],
      fits: (body) => Buffer.byteLength(String(fieldAt(body, 'message'))) <= 4_096,
      stop: fake.stop,
    };
  });
}

channelConformance('PagerDuty', async () => {
  const key = 'hidden-key';
  const fake = await startFakePagerduty({ key });
  return {
    open: (server) =>
      pagerdutyChannel({ key, endpoint: at(fake.url, server), pageUrl: 'http://localhost:3000/admin/dashboard' }),
    script: fake.script,
    received: () =>
      fake
        .events()
        .filter(({ outcome, action }) => outcome === 'accepted' && action === 'trigger')
        .map(({ summary, details }) => `${summary}\n${details}`),
    raw: () => bodies(fake.requests()),
    secret: 'hidden-key',
    ...statuses,
    busy: retryAfter,
    keyed: true,
    armed: [/"links"/, /"images"/],
    fits: (body) => String(fieldAt(body, 'payload', 'summary')).length <= 1_024,
    stop: fake.stop,
  };
});

channelConformance('webhook', async () => {
  const fake = await startFakeWebhook({ secret: 'hidden-secret' });
  const settings = { name: 'hook', secret: 'hidden-secret', token: null, pageUrl: 'http://localhost:3000/' };
  return {
    open: (server) => webhookChannel({ ...settings, url: at(fake.url, server) }),
    script: fake.script,
    received: () =>
      fake
        .deliveries()
        .filter(({ outcome }) => outcome === 'accepted')
        .map(({ payload }) => String(fieldAt(JSON.stringify(payload), 'commonAnnotations', 'description'))),
    raw: () => bodies(fake.requests()),
    secret: 'secret-of-the-address',
    ...statuses,
    busy: retryAfter,
    keyed: true,
    armed: [],
    fits: null,
    stop: fake.stop,
  };
});

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function fieldAt(body: string, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    parsed(body),
  );
}
