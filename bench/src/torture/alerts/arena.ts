import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import { intakeSocket } from '@yoban/shared/contracts/intake';
import { socketPath, yobanPaths } from '@yoban/shared/paths';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { type AlerterChild, startAlerter } from './alerter-child.ts';
import { type Receiver, startReceivers } from './receivers.ts';
import type { Sabotage } from './sabotage-names.ts';
import { ackedServices, fallenServices, warnedServices, windowedServices } from './service-names.ts';

/** An alerter's place: whoever runs there now. */
export interface Slot {
  child: AlerterChild;
  /** Starts a new one there. */
  restart(): Promise<void>;
}

export interface Arena {
  dir: string;
  /** The alerters' own door, and what waits behind it. */
  socket: string;
  spoolDir: string;
  redis: PrivateRedis;
  receivers: Receiver[];
  slots: Slot[];
  producer: Producer;
  /** `keeps` leaves the folder with what the alerters logged. */
  stop(keeps?: boolean): Promise<void>;
}

/** Channels that INFOs go to. */
export const infoChannels: readonly string[] = ['slack', 'line', 'telegram', 'webhook'];

/** Channels that digests go to. */
export const warningChannels: readonly string[] = ['slack', 'webhook'];

const shortWindowMs = 3_000;
/** What a receiver's own pace would be is another proof's matter; here it would only make the run longer. */
const perSecond = 200;

interface ArenaWish {
  sabotage: Sabotage | null;
  /** yoban.yml of both alerters. */
  configOf: (receivers: readonly Receiver[]) => object;
  /** Which receivers; all kinds unless told. */
  kinds?: readonly string[];
}

/** Every program that is played here waits for Redis over one connection. */
const waitersMost = 500;

/** Redis, a receiver of every kind and two alerters of one home, all on this machine and of this run alone. */
export async function makeArena({ sabotage, configOf, kinds }: ArenaWish): Promise<Arena> {
  EventEmitter.defaultMaxListeners = waitersMost;
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-alerts-'));
  const [redis, all] = await Promise.all([
    startPrivateRedis({ appendonly: sabotage !== 'redis-without-disk' }),
    startReceivers(),
  ]);
  const receivers = all.filter(({ name }) => kinds?.includes(name) ?? true);
  const config = path.join(dir, 'yoban.yml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configOf(receivers)));
  const env = {
    ...Object.assign({}, ...receivers.map((receiver) => receiver.env)),
    YOBAN_CONFIG: config,
    REDIS_URL: redis.url,
  };
  const paths = yobanPaths(path.join(dir, 'home'));
  const slots = await Promise.all(
    [0, 1].map((n) => makeSlot({ home: paths.home, logFile: path.join(dir, `alerter-${n}.log`), env, sabotage })),
  );
  const producer = createProducer(parseRedisUrl(redis.url), createTestLog().log);
  return {
    dir,
    socket: socketPath(paths.run, intakeSocket),
    spoolDir: path.join(paths.spool, 'alerter'),
    redis,
    receivers,
    slots,
    producer,
    stop: async (keeps = false) => {
      for (const { child } of slots) child.signal('SIGKILL');
      await Promise.all(slots.map(({ child }) => child.exited));
      await producer.close();
      await Promise.all([redis.stop(), ...all.map((receiver) => receiver.stop())]);
      if (!keeps) rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function makeSlot(home: Parameters<typeof startAlerter>[0]): Promise<Slot> {
  const slot: Slot = {
    child: await startAlerter(home),
    restart: async () => {
      slot.child = await startAlerter(home);
    },
  };
  return slot;
}

/** What waits for so long would become part of a digest, which shows no alert by itself: a machine without time must not be judged by that. */
const lateAfter = '24h';

/** Everything that goes wrong at once: all channels for a CRITICAL, no pace that would make the run longer. */
export function stormyConfig(receivers: readonly Receiver[]): object {
  const namesOf = (role: Receiver['role']) => receivers.filter((one) => one.role === role).map(({ name }) => name);
  const shortWindow = { alerts: { deduplicationWindowMs: shortWindowMs } };
  const toFront = { alerts: { routes: { critical: namesOf('front') } } };
  return {
    version: 1,
    timezone: 'UTC',
    locale: 'en',
    services: Object.fromEntries([
      ...[...windowedServices, ...warnedServices, ...ackedServices].map((name) => [name, shortWindow]),
      ...fallenServices.map((name) => [name, toFront]),
    ]),
    alerts: {
      channels: Object.fromEntries(
        receivers.map(({ name, kind, channel }) => [name, { kind, lateAfter, ...channel, perSecond }]),
      ),
      routes: { critical: namesOf('usual'), warning: warningChannels, info: infoChannels },
    },
  };
}
