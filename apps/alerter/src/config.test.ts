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
    { channel: 'mail', missing: ['SMTP_URL', 'EMAIL_FROM', 'EMAIL_TO'] },
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
  expect(full.channels.map((channel) => channel.name)).toEqual(['slack', 'mail']);
  expect(full.rules.mailChannels).toEqual(['mail']);
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
  expect(config.style.displayNames).toEqual({ bot: 'Bot' });
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
  ]);
  expect(config.rules.routes.critical).toEqual(['slack']);
  const refused = () => read({ ...env, YOBAN_MODE: 'production' });
  expect(refused).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  expect(refused).toThrow(/SMTP_URL \(channel mail\): it does not begin with smtp/);
  expect(refused).not.toThrow(/hidden/);
});
