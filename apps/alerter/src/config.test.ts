import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readAlerterConfig } from './config.ts';

let temp: ReturnType<typeof makeTempDir>;
beforeEach(() => {
  temp = makeTempDir();
});
afterEach(() => temp.remove());

const base = { REDIS_URL: 'redis://127.0.0.1:6379' };
const mail = { SMTP_URL: 'smtp://127.0.0.1:25', EMAIL_FROM: 'a@b.test', EMAIL_TO: 'c@d.test' };
const read = (env: Record<string, string>) => readAlerterConfig({ YOBAN_HOME: temp.dir, ...env }, temp.dir);

test('a trial without any secret runs, and says what is left out', () => {
  const config = read(base);
  expect(config.channels).toEqual([]);
  expect(config.skipped).toEqual([
    { channel: 'slack', missing: ['SLACK_WEBHOOK_URL'] },
    { channel: 'mail', missing: ['SENDGRID_API_KEY', 'EMAIL_FROM', 'EMAIL_TO'] },
    { channel: 'smtp', missing: ['SMTP_URL', 'EMAIL_FROM', 'EMAIL_TO'] },
  ]);
  expect(config.rules.routes.critical).toEqual([]);
});

test('O2: production needs Slack; mail only when some of it is set; all that is missing is named at once', () => {
  const production = { ...base, YOBAN_MODE: 'production' };
  expect(() => read(production)).toThrow(/SLACK_WEBHOOK_URL$/);
  expect(() => read({ YOBAN_MODE: 'production', SMTP_URL: mail.SMTP_URL })).toThrow(
    /without SLACK_WEBHOOK_URL, EMAIL_FROM, EMAIL_TO, REDIS_URL/,
  );
  const full = read({ ...production, ...mail, SLACK_WEBHOOK_URL: 'http://127.0.0.1:1/hook' });
  expect(full.channels.map((channel) => channel.name)).toEqual(['slack', 'mail', 'smtp']);
  expect(full.rules.mailChannels).toEqual(['mail', 'smtp']);
});

test('A4, A11: window and routes of a service override the general ones; channels without a secret fall out', () => {
  writeFileSync(
    path.join(temp.dir, 'yoban.yml'),
    `version: 1
services:
  bot: {displayName: Bot, alerts: {deduplicationWindowMs: 60000, routes: {critical: [mail], info: [slack]}}}
alerts:
  channels:
    slack: {kind: slack, url: {env: SLACK_WEBHOOK_URL}}
    mail: {kind: smtp, url: {env: SMTP_URL}, from: {env: EMAIL_FROM}, to: ops@example.test}
  routes: {critical: [slack, mail], warning: [slack], info: [slack]}
`,
  );
  const config = read({ ...base, ...mail });
  expect(config.rules.services.bot).toEqual({
    windowMs: 60_000,
    routes: { critical: ['mail'], warning: [], info: [] },
  });
  expect(config.rules.routes.critical).toEqual(['mail']);
  expect(config.channels[0]?.style.displayNames).toEqual({ bot: 'Bot' });
});

test('an address that cannot be one leaves its channel out in a trial, and is refused by its name in production', () => {
  const env = {
    ...base,
    ...mail,
    SLACK_WEBHOOK_URL: 'https://hooks.example.test/key',
    SMTP_URL: 'mail.hidden.test:587',
  };
  const config = read(env);
  expect(config.channels.map((channel) => channel.name)).toEqual(['slack']);
  expect(config.skipped).toEqual([]);
  expect(config.invalid).toEqual([
    { channel: 'mail', variable: 'SMTP_URL', problem: 'it does not begin with smtp:// or smtps://' },
    { channel: 'smtp', variable: 'SMTP_URL', problem: 'it does not begin with smtp:// or smtps://' },
  ]);
  expect(config.rules.routes.critical).toEqual(['slack']);
  const refused = () => read({ ...env, YOBAN_MODE: 'production' });
  expect(refused).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(refused).toThrow(/SMTP_URL \(channel mail\): it does not begin with smtp/);
  expect(refused).not.toThrow(/hidden/);
});

const bothMails = { ...base, ...mail, SENDGRID_API_KEY: 'SG.key' };
const shown = (env: Record<string, string>) =>
  read(env).channels.map(({ name, kind, fallback }) => `${name} ${kind}${fallback ? ` else ${fallback}` : ''}`);

test('A3: SendGrid first where both are set, SMTP as its fallback; either alone is the mail channel', () => {
  expect(shown(bothMails)).toEqual(['mail sendgrid else smtp', 'smtp smtp']);
  expect(shown({ ...base, ...mail })).toEqual(['mail smtp', 'smtp smtp']);
  const { SMTP_URL: _, ...withoutSmtp } = bothMails;
  expect(shown(withoutSmtp)).toEqual(['mail sendgrid']);
  expect(read(bothMails).rules.routes.critical).toEqual(['mail']);
});

test('O2: a production with SendGrid alone, or SMTP alone, has all its mail needs', () => {
  const production = { YOBAN_MODE: 'production', SLACK_WEBHOOK_URL: 'https://hooks.example.test/1' };
  const { SMTP_URL: _, ...withoutSmtp } = bothMails;
  expect(() => read({ ...production, ...withoutSmtp })).not.toThrow();
  expect(() => read({ ...production, ...base, ...mail })).not.toThrow();
  const { EMAIL_TO: __, ...withoutTo } = bothMails;
  expect(() => read({ ...production, ...withoutTo })).toThrow(/without EMAIL_TO$/);
});

test('A6: every kind of channel is opened with its secrets, and language and zone of its own', () => {
  writeFileSync(
    path.join(temp.dir, 'yoban.yml'),
    `version: 1
timezone: Asia/Tokyo
locale: ja
alerts:
  channels:
    slack: {kind: slack, url: {env: SLACK_WEBHOOK_URL}, locale: en, timezone: Europe/Berlin, perSecond: 10}
    line: {kind: line, token: {env: LINE_TOKEN}, to: {env: LINE_TO}, fallback: slack, fallbackAfter: 30s, lateAfter: 10m}
    discord: {kind: discord, url: {env: DISCORD_WEBHOOK_URL}}
    telegram: {kind: telegram, token: {env: TELEGRAM_TOKEN}, chat: -100200300}
    ntfy: {kind: ntfy, url: {env: NTFY_URL}, token: {env: NTFY_TOKEN}}
    pager: {kind: pagerduty, key: {env: PAGERDUTY_KEY}, fallback: discord}
    hook: {kind: webhook, url: {env: WEBHOOK_URL}, secret: {env: WEBHOOK_SECRET}}
  routes: {critical: [slack, line, discord, telegram, ntfy, pager, hook], info: [slack]}
`,
  );
  const env = {
    ...base,
    SLACK_WEBHOOK_URL: 'https://hooks.slack.example.test/1',
    LINE_TOKEN: 'line-token',
    LINE_TO: `U${'0'.repeat(32)}`,
    TELEGRAM_TOKEN: '1:telegram-token',
    NTFY_URL: 'https://ntfy.example.test/topic',
    NTFY_TOKEN: 'tk_1',
    PAGERDUTY_KEY: 'pager-key',
    WEBHOOK_URL: 'https://hook.example.test/x',
    WEBHOOK_SECRET: 'hook-secret',
  };
  const config = read(env);
  const tokyo = { locale: 'ja', zone: 'Asia/Tokyo', displayNames: {} };
  const common = { style: tokyo, fallback: null, perSecond: null };
  const pageUrl = 'http://127.0.0.1:3000/admin/dashboard';
  expect(config.skipped).toEqual([{ channel: 'discord', missing: ['DISCORD_WEBHOOK_URL'] }]);
  expect(config.channels).toEqual([
    {
      name: 'slack',
      kind: 'slack',
      url: env.SLACK_WEBHOOK_URL,
      style: { ...tokyo, locale: 'en', zone: 'Europe/Berlin' },
      fallback: null,
      perSecond: 10,
    },
    {
      ...common,
      name: 'line',
      kind: 'line',
      token: 'line-token',
      to: env.LINE_TO,
      endpoint: 'https://api.line.me',
      fallback: 'slack',
      patience: { fallbackMs: 30_000, lateMs: 600_000 },
    },
    {
      ...common,
      name: 'telegram',
      kind: 'telegram',
      token: '1:telegram-token',
      chat: '-100200300',
      endpoint: 'https://api.telegram.org',
    },
    { ...common, name: 'ntfy', kind: 'ntfy', url: env.NTFY_URL, token: 'tk_1' },
    // Its fallback lacks its address: nobody takes over.
    {
      ...common,
      name: 'pager',
      kind: 'pagerduty',
      key: 'pager-key',
      endpoint: 'https://events.pagerduty.com',
      pageUrl,
    },
    { ...common, name: 'hook', kind: 'webhook', url: env.WEBHOOK_URL, secret: 'hook-secret', token: null, pageUrl },
  ]);
  expect(config.rules.mailChannels).toEqual(['line', 'pager']);
  expect(() => read({ ...env, YOBAN_MODE: 'production' })).toThrow(/without DISCORD_WEBHOOK_URL$/);
});

test('A6: values that cannot be right are named, each without itself', () => {
  writeFileSync(
    path.join(temp.dir, 'yoban.yml'),
    `version: 1
alerts:
  channels:
    line: {kind: line, token: {env: LINE_TOKEN}, to: "@hidden"}
    telegram: {kind: telegram, token: {env: TELEGRAM_TOKEN}, chat: hidden group}
    ntfy: {kind: ntfy, url: {env: NTFY_URL}}
    pager: {kind: pagerduty, key: {env: PAGERDUTY_KEY}}
    hook: {kind: webhook, url: {env: WEBHOOK_URL}}
    mail: {kind: sendgrid, key: {env: SENDGRID_API_KEY}, from: hidden, to: {env: EMAIL_TO}}
`,
  );
  const config = read({
    ...base,
    LINE_TOKEN: 'hidden token',
    TELEGRAM_TOKEN: 'hidden/../x',
    NTFY_URL: 'https://ntfy.example.test/',
    PAGERDUTY_KEY: 'hidden\n',
    WEBHOOK_URL: 'https://user:hidden@hook.example.test',
    SENDGRID_API_KEY: 'SG.1',
    EMAIL_TO: 'a@b.test',
  });
  expect(config.channels).toEqual([]);
  expect(config.invalid.map((one) => `${one.channel} ${one.variable}`)).toEqual([
    'line LINE_TOKEN',
    'line line.to',
    'telegram TELEGRAM_TOKEN',
    'telegram telegram.chat',
    'ntfy NTFY_URL',
    'pager PAGERDUTY_KEY',
    'hook WEBHOOK_URL',
    'mail mail.from',
  ]);
  expect(JSON.stringify(config.invalid)).not.toContain('hidden');
});
