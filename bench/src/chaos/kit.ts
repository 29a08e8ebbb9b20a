import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { atMost } from '@yoban/shared/at-most';
import { type FakeSlack, startFakeSlack } from '@yoban/shared/testing/fake-slack';
import { freePort } from '@yoban/shared/testing/free-port';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { runCommand } from '@yoban/shared/testing/running-kit';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { createSettableClock } from './settable-clock.ts';

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
  /** Sets the clock of the watchdog, wrong by so many hours. Throws where the case has not asked for such a clock. */
  setClock(wrongByHours: number): void;
  /** The command line of this kit. @returns what it printed; throws when it ends with anything but 0. */
  yoban(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

export interface KitWish {
  dir: string;
  /** yoban.yml but for the alerts. */
  config: (redis: PrivateRedis) => object;
  /** With a backup worker. */
  backups: boolean;
  /** The watchdog's clock can be set. */
  clock: boolean;
  sabotage: string | null;
  /** Besides, for every process. */
  env: Readonly<Record<string, string>>;
}

const apps = path.resolve(import.meta.dirname, '../../../apps');
const readyLimitMs = 60_000;
const endLimitMs = 4_000;
/** What the service of the stage may be kicked with. */
export const kickToken = 'token-of-the-chaos-that-is-long-enough';

export async function startChaosKit({ dir, config, sabotage, ...wish }: KitWish): Promise<ChaosKit> {
  const [redis, slack] = await Promise.all([startPrivateRedis(), startFakeSlack()]);
  const home = path.join(dir, 'home');
  mkdirSync(path.join(home, 'run'), { recursive: true });
  const configFile = path.join(dir, 'yoban.yml');
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ ...config(redis), alerts: slackOnly }));
  const port = String(await freePort());
  const env = {
    ...{ ...process.env, ...wish.env },
    ...{ PORT: port, ADMIN_API_KEY: 'key-of-the-chaos', CHAOS_KICK_TOKEN: kickToken },
    ...{ YOBAN_HOME: home, YOBAN_CONFIG: configFile, REDIS_URL: redis.url, SLACK_WEBHOOK_URL: slack.url },
    LOG_LEVEL: 'info',
    // Dozens of stages start the same programs.
    NODE_COMPILE_CACHE: path.join(tmpdir(), `yoban-chaos-compiled-${process.getuid?.() ?? 0}`),
  };
  const alerter = service(path.join(apps, 'alerter/src/main.ts'), [], { env, log: path.join(dir, 'alerter.log') });
  const clock = wish.clock ? createSettableClock(dir) : null;
  const watchdog = service(path.join(import.meta.dirname, 'watchdog-main.ts'), sabotage ? [sabotage] : [], {
    ...{ env: { ...env, ...clock?.env }, log: path.join(dir, 'watchdog.log') },
  });
  const worker = service(path.join(apps, 'backup-worker/src/main.ts'), [], { env, log: path.join(dir, 'worker.log') });
  const web = service(path.join(apps, 'health-api/src/main.ts'), [], { env, log: path.join(dir, 'api.log') });
  const wanted = [alerter, watchdog, web, ...(wish.backups ? [worker] : [])];
  const stop = async () => {
    await Promise.all(wanted.map(ended));
    await Promise.all([redis.stop(), slack.stop()]);
  };
  try {
    await Promise.all(wanted.map((one) => one.start()));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ home, redis, watchdog, stop },
    setClock: (hours) => {
      if (!clock) throw new Error('this case has no clock that can be set');
      clock.set(hours);
    },
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
  };
}

/** Not killed at once: a program that ends by itself leaves what it has compiled to the next. */
async function ended(one: ServiceProcess): Promise<void> {
  await atMost(one.kill('SIGTERM'), endLimitMs);
  await one.kill('SIGKILL');
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
      const name = path.relative(apps, main);
      const isReady = () => {
        if (started.exitCode !== null)
          throw new Error(`${name} ended: ${readFileSync(around.log, 'utf8').slice(-400)}`);
        return ready;
      };
      await waitFor(`${name} to be ready (${around.log})`, isReady, readyLimitMs);
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
