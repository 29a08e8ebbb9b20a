import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, type Producer } from '@yoban/shared/bus/producer';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { type AlerterChild, startAlerter } from './alerter-child.ts';
import { type Receiver, startReceivers } from './receivers.ts';
import type { Sabotage } from './sabotage-names.ts';
import { warnedServices, windowedServices } from './source.ts';

/** An alerter's place: whoever runs there now. */
export interface Slot {
  child: AlerterChild;
  /** Starts a new one there. */
  restart(): Promise<void>;
}

export interface Arena {
  dir: string;
  redis: PrivateRedis;
  receivers: Receiver[];
  slots: Slot[];
  producer: Producer;
  stop(): Promise<void>;
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

/** Redis, a receiver of every kind and two alerters, all on this machine and of this run alone. */
export async function makeArena({ sabotage, configOf, kinds }: ArenaWish): Promise<Arena> {
  const dir = mkdtempSync(path.join(tmpdir(), 'yoban-alerts-'));
  const [redis, all] = await Promise.all([
    startPrivateRedis({ appendonly: sabotage !== 'redis-without-disk' }),
    startReceivers(),
  ]);
  const receivers = all.filter(({ kind }) => kinds?.includes(kind) ?? true);
  const config = path.join(dir, 'yoban.yml');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configOf(receivers)));
  const env = {
    ...Object.assign({}, ...receivers.map((receiver) => receiver.env)),
    YOBAN_CONFIG: config,
    REDIS_URL: redis.url,
  };
  const slots = await Promise.all([0, 1].map((n) => makeSlot({ dir: path.join(dir, `alerter-${n}`), env, sabotage })));
  const producer = createProducer(parseRedisUrl(redis.url), createTestLog().log);
  return {
    dir,
    redis,
    receivers,
    slots,
    producer,
    stop: async () => {
      for (const { child } of slots) child.signal('SIGKILL');
      await Promise.all(slots.map(({ child }) => child.exited));
      await producer.close();
      await Promise.all([redis.stop(), ...all.map((receiver) => receiver.stop())]);
      rmSync(dir, { recursive: true, force: true });
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

/** Everything that goes wrong at once: all channels for a CRITICAL, no pace that would make the run longer. */
export function stormyConfig(receivers: readonly Receiver[]): object {
  const all = receivers.map(({ kind }) => kind);
  const shortWindow = { alerts: { deduplicationWindowMs: shortWindowMs } };
  return {
    version: 1,
    timezone: 'UTC',
    locale: 'en',
    services: Object.fromEntries([...windowedServices, ...warnedServices].map((name) => [name, shortWindow])),
    alerts: {
      channels: Object.fromEntries(receivers.map(({ kind, channel }) => [kind, { kind, ...channel, perSecond }])),
      routes: { critical: all, warning: warningChannels, info: infoChannels },
    },
  };
}
