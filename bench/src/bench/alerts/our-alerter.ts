import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { freePort } from '@yoban/shared/testing/free-port';
import { startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { AlertService } from './alert-service.ts';
import { highWaterMb } from './high-water.ts';
import { startOurService } from './our-service.ts';
import { type PostedAlert, postAlerts } from './posted-alert.ts';

export interface OurAlerter extends AlertService {
  producer: Producer;
  /** Resolves when every event on the bus has been decided. */
  decided(): Promise<void>;
}

interface Wanted {
  receiverUrl: string;
  fsync: 'always' | 'everysec';
  /** How alerts come in: as programs of the kit send them, or as Prometheus does, by health-api's route. */
  by: 'bus' | 'http';
  perSecond: number;
}

/** Adds under way at once, as a busy program would have them. */
const addsAtOnce = 100;
const adminKey = 'key-of-the-bench';
const decideLimitMs = 600_000;

/** Our alerter as built, with a Redis of its own and, by HTTP, health-api before it. */
export async function startOurAlerter({ receiverUrl, fsync, by, perSecond }: Wanted): Promise<OurAlerter> {
  const redis = await startPrivateRedis();
  execFileSync('redis-cli', ['-s', redis.url.slice('unix://'.length), 'config', 'set', 'appendfsync', fsync]);
  const home = path.join(redis.dir, 'home');
  mkdirSync(path.join(home, 'run'), { recursive: true });
  const config = path.join(home, 'yoban.yml');
  writeFileSync(config, JSON.stringify(configOf(perSecond)));
  const port = await freePort();
  const env = {
    YOBAN_HOME: home,
    YOBAN_CONFIG: config,
    REDIS_URL: redis.url,
    BENCH_RECEIVER: receiverUrl,
    ADMIN_API_KEY: adminKey,
    PORT: String(port),
  };
  const names = by === 'http' ? (['alerter', 'health-api'] as const) : (['alerter'] as const);
  const services = await Promise.all(names.map((name) => startOurService(name, env)));
  const producer = createProducer(parseRedisUrl(redis.url), createTestLog().log);
  // Connected before the first event, so that the first is as fast as the others.
  const queue = await producer.queue('alertEvent');
  const add = (event: AlertEvent) => producer.add('alertEvent', event.id, event);
  const url = `http://127.0.0.1:${port}/api/v2/alerts`;
  const waiting = async () => {
    const counts = await queue.getJobCounts('waiting', 'prioritized', 'active', 'delayed');
    return Object.values(counts).reduce((sum, one) => sum + one, 0);
  };
  return {
    producer,
    post: (alerts) =>
      by === 'http'
        ? postAlerts(url, { authorization: `Bearer ${adminKey}` }, alerts)
        : inTurns(alerts, (alert) => add(eventOf(alert))),
    decided: async () => void (await waitFor('an empty bus', async () => (await waiting()) === 0, decideLimitMs)),
    memoryMb: () => highWaterMb([redis.pid, ...services.map(({ pid }) => pid)]),
    stop: async () => {
      await Promise.all(services.map((service) => service.kill()));
      await producer.close();
      await redis.stop();
    },
  };
}

const configOf = (perSecond: number) => ({
  version: 1,
  timezone: 'UTC',
  locale: 'en',
  alerts: {
    channels: { bench: { kind: 'webhook', url: { env: 'BENCH_RECEIVER' }, perSecond } },
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
