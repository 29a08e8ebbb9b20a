import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { runCommand } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { freePort } from '../bench/tiny-app.ts';

/** What people were told, in order. */
export interface Told {
  /** CRITICAL, WARNING, INFO or RECOVERED. */
  level: string;
  /** Epoch ms, at the receiver. */
  at: number;
  text: string;
}

export interface ServiceProcess {
  pid(): number;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Another one takes its place. */
  start(): Promise<void>;
}

/** Redis, alerter, watchdog, health-api and a receiver: what it takes to see a fault, act on it and tell. */
export interface ChaosKit {
  home: string;
  redis: PrivateRedis;
  watchdog: ServiceProcess;
  told(): Told[];
  /** `POST /api/kicks` with a token. @returns the status. */
  kick(token: string, body: object): Promise<number>;
  /** The command line of this kit. @returns what it printed; throws when it ends with anything but 0. */
  yoban(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface KitWish {
  dir: string;
  /** yoban.yml but for the alerts. */
  config: object;
  /** With a backup worker. */
  backups: boolean;
  sabotage: string | null;
  /** Besides, for every process. */
  env: Readonly<Record<string, string>>;
}

const apps = path.resolve(import.meta.dirname, '../../../apps');
const readyLimitMs = 30_000;
/** What the service of the stage may be kicked with. */
export const kickToken = 'token-of-the-chaos-that-is-long-enough';

export async function startChaosKit({ dir, config, sabotage, ...wish }: KitWish): Promise<ChaosKit> {
  const [redis, slack] = await Promise.all([startPrivateRedis(), startFakeSlack()]);
  const home = path.join(dir, 'home');
  mkdirSync(path.join(home, 'run'), { recursive: true });
  const configFile = path.join(dir, 'yoban.yml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ ...config, alerts: slackOnly }));
  const port = String(await freePort());
  const env = {
    ...{ ...process.env, ...wish.env },
    ...{ PORT: port, ADMIN_API_KEY: 'key-of-the-chaos', CHAOS_KICK_TOKEN: kickToken },
    ...{ YOBAN_HOME: home, YOBAN_CONFIG: configFile, REDIS_URL: redis.url, SLACK_WEBHOOK_URL: slack.url },
    LOG_LEVEL: 'info',
  };
  const alerter = service(path.join(apps, 'alerter/src/main.ts'), [], { env, log: path.join(dir, 'alerter.log') });
  const watchdog = service(path.join(import.meta.dirname, 'watchdog-main.ts'), sabotage ? [sabotage] : [], {
    ...{ env, log: path.join(dir, 'watchdog.log') },
  });
  const worker = service(path.join(apps, 'backup-worker/src/main.ts'), [], { env, log: path.join(dir, 'worker.log') });
  const web = service(path.join(apps, 'health-api/src/main.ts'), [], { env, log: path.join(dir, 'api.log') });
  const wanted = [alerter, watchdog, web, ...(wish.backups ? [worker] : [])];
  await Promise.all(wanted.map((one) => one.start()));
  return {
    ...{ home, redis, watchdog },
    told: () => toldBy(slack),
    kick: async (token, body) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const url = `http://127.0.0.1:${port}/api/kicks`;
      return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status;
    },
    yoban: async (...args) => {
      const main = path.join(apps, 'cli/src/main.ts');
      const { code, stdout, stderr } = await runCommand(
        process.execPath,
        ['--conditions=yoban-src', main, ...args],
        env,
      );
      if (code !== 0) throw new Error(`yoban ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`);
      return stdout;
    },
    stop: async () => {
      await Promise.all(wanted.map((one) => one.kill('SIGKILL')));
      await Promise.all([redis.stop(), slack.stop()]);
    },
  };
}

const slackOnly = {
  channels: { slack: { kind: 'slack', url: { env: 'SLACK_WEBHOOK_URL' }, perSecond: 100 } },
  routes: { critical: ['slack'], warning: ['slack'], info: ['slack'] },
};

const toldBy = (slack: FakeSlack): Told[] =>
  slack.messages().map(({ at, text }) => ({ at, text, level: /\[(\w+)\]/.exec(text)?.[1] ?? 'NONE' }));

function service(main: string, args: string[], around: { env: NodeJS.ProcessEnv; log: string }): ServiceProcess {
  let child: ChildProcess | null = null;
  return {
    pid: () => child?.pid ?? 0,
    start: async () => {
      const output = openSync(around.log, 'a');
      const started = spawn(process.execPath, ['--conditions=yoban-src', main, ...args], {
        stdio: ['ignore', output, output, 'ipc'],
        env: around.env,
      });
      closeSync(output);
      child = started;
      let ready = false;
      started.on('message', (message) => {
        ready ||= message === 'ready';
      });
      await waitFor(`${path.basename(path.dirname(main))} to be ready (${around.log})`, () => ready, readyLimitMs);
    },
    kill: async (signal) => {
      const running = child;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, 'exit');
      running.kill(signal);
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await ended;
    },
  };
}
