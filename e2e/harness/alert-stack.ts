import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { freePort } from '@yoban/shared/testing/free-port';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';

/** health-api and the alerter as processes of their own, with a Redis and a Slack: all that an alert from outside passes. */
export interface AlertStack {
  url: string;
  home: string;
  adminKey: string;
  ingestToken: string;
  /** The address a script posts to instead of Slack's. */
  hookUrl: string;
  slack: FakeSlack;
  /** Everything the two have logged. */
  logs: () => string;
  stop: () => Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const adminKey = 'the-admin-key-of-this-stack';
const ingestToken = 'the-ingest-token-of-this-stack';
const hookToken = 'the-hook-token-of-this-stack';
const startLimitMs = 60_000;

/** Digests and summaries come each `windowMs`. */
export async function startAlertStack({ windowMs }: { windowMs: number }): Promise<AlertStack> {
  const temp = makeTempDir();
  const redis = await startPrivateRedis();
  const slack = await startFakeSlack();
  const port = await freePort();
  const config = path.join(temp.dir, 'yoban.yml');
  writeFileSync(config, configText(windowMs));
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
    YOBAN_HOME: temp.dir,
    YOBAN_CONFIG: config,
    REDIS_URL: redis.url,
    PORT: String(port),
    ADMIN_API_KEY: adminKey,
    INGEST_TOKEN: ingestToken,
    HOOK_TOKEN: hookToken,
    SLACK_WEBHOOK_URL: slack.url,
  };
  const said: string[] = [];
  const children = ['alerter', 'health-api'].map((name) => start(name, env, (text) => said.push(text)));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    await Promise.all(children.map(end));
    await slack.stop();
    await redis.stop();
    temp.remove();
  };
  try {
    await waitFor(
      'health-api and the alerter',
      () => said.join('').includes('service.ready') && isReady(url),
      startLimitMs,
    );
  } catch (error) {
    await stop();
    throw new Error(said.join(''), { cause: error });
  }
  const hookUrl = `${url}/hooks/slack/${hookToken}`;
  return { url, home: temp.dir, adminKey, ingestToken, hookUrl, slack, logs: () => said.join(''), stop };
}

const configText = (windowMs: number): string => `version: 1
timezone: Asia/Tokyo
locale: en
services:
  ailife: {displayName: AIPrizeCohabitationLife}
alerts:
  deduplicationWindowMs: ${windowMs}
  ingest: {token: {env: INGEST_TOKEN}}
  hooks: {cron: {token: {env: HOOK_TOKEN}, service: ailife}}
  channels: {slack: {kind: slack, url: {env: SLACK_WEBHOOK_URL}}}
  routes: {critical: [slack], warning: [slack], info: [slack]}
`;

function start(name: string, env: NodeJS.ProcessEnv, hear: (text: string) => void): ChildProcess {
  const main = path.join(root, 'apps', name, 'src', 'main.ts');
  const child = spawn(process.execPath, ['--conditions=yoban-src', main], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.setEncoding('utf8').on('data', hear);
  child.stderr?.setEncoding('utf8').on('data', hear);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).status === 200;
  } catch {
    // Nobody listens yet: that is the answer.
    return false;
  }
}
