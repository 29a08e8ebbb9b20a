import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SECOND } from '@yoban/shared/contracts/time';
import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { type FakeSmtp, startFakeSmtp } from '@yoban/shared/testing/fake-smtp';
import { freePort } from '@yoban/shared/testing/free-port';
import { startLoopbackHttp } from '@yoban/shared/testing/loopback-http';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { type CommandResult, runCommand } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { beforeAll, expect, test } from 'vitest';
import { type KitServices, startKitServices } from '../harness/kit-services.ts';
import { undoAfterAll } from '../harness/undo-after-all.ts';

const program = path.resolve(import.meta.dirname, '../../infra/guardian/guardian.mjs');
const undo = undoAfterAll();
let slack: FakeSlack;
let smtp: FakeSmtp;
let redis: PrivateRedis;
let services: KitServices;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const temp = makeTempDir();
  undo(temp.remove);
  [slack, smtp, redis] = await Promise.all([startFakeSlack(), startFakeSmtp(), startPrivateRedis()]);
  undo(() => slack.stop());
  undo(() => smtp.stop());
  undo(() => redis.stop());
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const kitEnv = {
    PATH,
    NODE_COMPILE_CACHE,
    YOBAN_HOME: temp.dir,
    REDIS_URL: redis.url,
    PORT: String(await freePort()),
  };
  services = await startKitServices(['alerter', 'backup-worker', 'health-api', 'watchdog'], kitEnv);
  undo(() => services.stop());
  env = {
    ...{ ...kitEnv, LANG: 'C', SLACK_WEBHOOK_URL: slack.url, SMTP_URL: smtp.url },
    ...{ EMAIL_FROM: 'Night <night@example.org>', EMAIL_TO: 'a@example.org, b@example.org' },
  };
});

/** One look as cron would make it, with less patience. */
const look = (...args: string[]): Promise<CommandResult> =>
  runCommand(process.execPath, [program, '--recheck-ms', '200', ...args], env);
const told = () => slack.messages().map(({ color, text }) => `${color} ${text}`);
const found = async (name: string) => (await look('--dry-run')).stderr.includes(`guardian: ${name} `);
const lookUntil = (name: string) => waitFor(`${name} found gone`, () => found(name), 40 * SECOND);

test('a kit that lives is not spoken of', async () => {
  expect(await look()).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(told()).toEqual([]);
  expect(smtp.mails()).toEqual([]);
});

test('a service outside is pinged while all of it lives, and one that does not answer is no fault of the kit', async () => {
  const outside = await startLoopbackHttp({ answer: () => ({ status: 200, body: 'ok' }) });
  env.GUARDIAN_PING_URL = `${outside.url}/ping/secret`;
  expect(await look()).toMatchObject({ code: 0, stderr: '' });
  expect((await look('--dry-run')).code).toBe(0);
  expect(outside.requests().map((one) => one.path)).toEqual(['/ping/secret']);
  await outside.stop();
  expect(await look()).toMatchObject({ code: 0, stderr: expect.stringContaining('guardian: ping: ECONNREFUSED') });
  delete env.GUARDIAN_PING_URL;
});

test('a watchdog that was killed is told once by Slack and mail, and its return once', async () => {
  await services.signal('watchdog', 'SIGKILL');
  await lookUntil('watchdog');
  expect((await look()).code).toBe(1);
  expect((await look()).code).toBe(1);
  expect(told()).toEqual([
    expect.stringMatching(/^danger :rotating_light: \[CRITICAL\] yoban itself .*\nwatchdog gives no sign/),
  ]);
  expect(smtp.mails()).toMatchObject([
    {
      ...{ from: 'night@example.org', to: ['a@example.org', 'b@example.org'] },
      subject: '[CRITICAL] yoban itself is in trouble',
      text: expect.stringContaining('watchdog gives no sign of life'),
    },
  ]);
  await services.start('watchdog');
  expect((await look()).code).toBe(0);
  expect((await look()).code).toBe(0);
  expect(told().slice(1)).toEqual([
    expect.stringMatching(/^good :white_check_mark: \[RECOVERED\] .*\nwatchdog is back/),
  ]);
  expect(
    smtp
      .mails()
      .map(({ subject }) => subject)
      .slice(1),
  ).toEqual(['[RECOVERED] yoban itself is well again']);
});

test('a health-api that hangs and a Redis that is gone are told, each once; a Slack that refuses hears it the next time', async () => {
  const before = told().length;
  slack.script([{ do: 'reply', status: 500, body: 'no' }]);
  await services.signal('health-api', 'SIGSTOP');
  await redis.kill();
  expect((await look()).stderr).toContain('guardian: slack: HTTP 500');
  expect(told()).toHaveLength(before);
  expect((await look()).code).toBe(1);
  const [message = ''] = told().slice(before);
  expect(message).toContain('health-api does not answer (TimeoutError)');
  expect(message).toContain('redis does not answer');
  expect(smtp.mails().filter(({ text }) => text.includes('health-api does not answer'))).toHaveLength(1);
  await services.signal('health-api', 'SIGCONT');
  await redis.start();
  await waitFor('a kit that lives', async () => (await look()).code === 0, 40 * SECOND);
  const after = told()
    .slice(before + 1)
    .join('\n');
  expect(after.match(/health-api is back/g)).toHaveLength(1);
  expect(after.match(/redis is back/g)).toHaveLength(1);
});

test('announced work on the kit keeps it quiet until its end, and so does a look that only looks', async () => {
  const before = told().length;
  const file = path.join(env.YOBAN_HOME ?? '', 'run', 'maintenance', 'yoban.json');
  await redis.kill();
  expect((await look('--dry-run')).code).toBe(1);
  const until = (ms: number) => JSON.stringify({ until: new Date(Date.now() + ms).toISOString() });
  await runCommand('mkdir', ['-p', path.dirname(file)], env);
  writeFileSync(file, until(60 * SECOND));
  expect((await look()).code).toBe(1);
  expect(told()).toHaveLength(before);
  writeFileSync(file, until(-SECOND));
  expect((await look()).code).toBe(1);
  expect(told()).toHaveLength(before + 1);
  rmSync(file);
  await redis.start();
});

test('in Japanese, and with nobody to tell it says so', async () => {
  await redis.kill();
  const alone = await runCommand(process.execPath, [program, '--recheck-ms', '200'], {
    ...{ PATH: process.env.PATH, YOBAN_HOME: `${env.YOBAN_HOME}/nowhere`, PORT: '1', LANG: 'C' },
  });
  expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('nobody to tell') });
  const before = told().length;
  const japanese = { ...env, GUARDIAN_LANG: 'ja', YOBAN_HOME: `${env.YOBAN_HOME}/gone` };
  await runCommand(process.execPath, [program, '--recheck-ms', '200'], japanese);
  await runCommand(process.execPath, [program, '--recheck-ms', '200'], japanese);
  expect(told().slice(before)).toEqual([expect.stringContaining('watchdogが動いていません')]);
  expect(await runCommand(process.execPath, [program, '--loud'], env)).toMatchObject({ code: 2 });
});
