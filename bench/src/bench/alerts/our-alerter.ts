import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { AlertService } from './alert-service.ts';
import { highWaterMb } from './high-water.ts';
import type { PostedAlert } from './posted-alert.ts';

export interface OurAlerter extends AlertService {
  producer: Producer;
  /** Resolves when every event on the bus has been decided. */
  decided(): Promise<void>;
}

interface Wanted {
  receiverUrl: string;
  fsync: 'always' | 'everysec';
  channel: { kind: 'webhook' | 'slack'; perSecond: number };
}

const main = path.resolve(import.meta.dirname, '../../../../apps/alerter/dist/main.js');
/** Adds under way at once, as a busy program would have them. */
const addsAtOnce = 100;

/** Our alerter as built, with a Redis of its own; alerts reach it over the bus. */
export async function startOurAlerter({ receiverUrl, fsync, channel }: Wanted): Promise<OurAlerter> {
  const redis = await startPrivateRedis();
  execFileSync('redis-cli', ['-s', redis.url.slice('unix://'.length), 'config', 'set', 'appendfsync', fsync]);
  const home = path.join(redis.dir, 'home');
  mkdirSync(path.join(home, 'run'), { recursive: true });
  const config = path.join(home, 'yoban.yml');
  writeFileSync(config, JSON.stringify(configOf(channel)));
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      YOBAN_HOME: home,
      YOBAN_CONFIG: config,
      REDIS_URL: redis.url,
      BENCH_RECEIVER: receiverUrl,
    },
  });
  const exited = once(child, 'exit');
  let ready = false;
  child.on('message', (message) => {
    ready ||= message === 'ready';
  });
  await waitFor('a ready alerter', () => ready);
  const producer = createProducer(parseRedisUrl(redis.url), createTestLog().log);
  const add = (event: AlertEvent) => producer.add('alertEvent', event.id, event);
  return {
    producer,
    post: (alerts) => inTurns(alerts, (alert) => add(eventOf(alert))),
    decided: async () => {
      const queue = await producer.queue('alertEvent');
      const waiting = async () => {
        const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
        return Object.values(counts).reduce((sum, one) => sum + one, 0);
      };
      await waitFor('an empty bus', async () => (await waiting()) === 0, 300_000);
    },
    memoryMb: () => highWaterMb([child.pid ?? 0, redis.pid]),
    stop: async () => {
      child.kill('SIGKILL');
      await exited;
      await producer.close();
      await redis.stop();
    },
  };
}

const configOf = ({ kind, perSecond }: Wanted['channel']) => ({
  version: 1,
  timezone: 'UTC',
  locale: 'en',
  alerts: {
    channels: { bench: { kind, url: { env: 'BENCH_RECEIVER' }, perSecond } },
    routes: { critical: ['bench'], warning: ['bench'], info: ['bench'] },
    infosPerMinute: 'off',
  },
});

let events = 0;

/** What the programs of a kit would say of such an alert. */
export function eventOf(alert: PostedAlert, level: AlertEvent['level'] = 'critical'): AlertEvent {
  events += 1;
  const { alertname, service } = alert.labels;
  return {
    id: `bench-${events}`,
    kind: level === 'info' ? 'info' : 'raise',
    level,
    service,
    alertType: alertname,
    at: new Date(alert.startsAt).toISOString(),
    params: {},
    lastError: null,
    incidentId: null,
    text: { title: alertname, description: alert.annotations.summary },
  };
}

async function inTurns<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += addsAtOnce) {
    await Promise.all(items.slice(at, at + addsAtOnce).map(act));
  }
}
