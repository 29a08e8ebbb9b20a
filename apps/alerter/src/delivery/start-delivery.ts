import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Redis } from 'ioredis';
import type { Channel } from '../channels/channel.ts';
import { channelLabel } from '../channels/channel-label.ts';
import { openChannel } from '../channels/registry.ts';
import type { AlerterConfig } from '../config.ts';
import type { Decider } from '../decide-and-write.ts';
import type { OnStep } from '../on-step.ts';
import type { Waiting } from '../spool/waiting.ts';
import type { FreshRows } from '../store/fresh-rows.ts';
import { createLateRows } from '../store/late-rows.ts';
import { createOrphanRows } from '../store/orphan-rows.ts';
import { createOutbox, type Outbox } from '../store/outbox.ts';
import { createOverdueRows } from '../store/overdue-rows.ts';
import type { SetAside } from '../store/set-aside.ts';
import type { TellOfChannel } from '../tell-of-channel.ts';
import { endOrphans } from './end-orphans.ts';
import { startFallBack } from './fall-back.ts';
import type { Pulse } from './pulse.ts';
import { startPump } from './pump.ts';
import { createSentLog } from './sent-log.ts';
import { createSpoolFirst } from './spool-first.ts';
import type { Traffic } from './traffic.ts';

export interface DeliveryParts {
  channels: readonly Channel[];
  redis: Redis;
  setAside: SetAside;
  fresh: FreshRows;
  decider: Pick<Decider, 'fallback'>;
  onStep: OnStep;
  pulse: Pulse;
  traffic: Traffic;
  /** What the spool holds, whoever owns it. */
  waiting: Waiting;
  log: Log;
  stop: StopStack;
  /** Records have changed. */
  onChanged: () => void;
}

export interface Delivery {
  /** Something may be due on this channel; null: on any. */
  nudge(channel: string | null): void;
}

/** The channels of the configuration that can be used. */
export function openChannels(config: AlerterConfig, tell: TellOfChannel): Channel[] {
  return config.channels.map((settings) => openChannel(settings, (note) => tell(settings.name, note)));
}

/** A pump for each channel, and what sees to it that nobody else's channel keeps a CRITICAL to itself. */
export function startDelivery(config: AlerterConfig, parts: DeliveryParts): Delivery {
  const { channels, redis, setAside, fresh, decider, onStep, pulse, traffic, waiting, log, stop, onChanged } = parts;
  const outbox = createOutbox(redis, setAside, { fresh });
  const claim: Outbox['claim'] = async (channel, pace, most) => {
    const claimed = await outbox.claim(channel, pace, most);
    pulse.beat(channel);
    return claimed;
  };
  const late = createLateRows(redis);
  const sending = { onSent: createSentLog(log), onStep, traffic, random: Math.random };
  const deps = { outbox: { ...outbox, claim }, late, log, spoolFirst: createSpoolFirst(waiting), ...sending };
  const pumps = new Map(channels.map((channel) => [channel.name, startPump(channel, deps, onChanged)]));
  endOrphans(createOrphanRows(redis), knownChannels(config), { log, stop }, onChanged);
  stop.push('deliveries', () => {
    const ended = Promise.all([...pumps.values()].map((pump) => pump.stop()));
    // Without Redis no end can be written: leases cover what is on its way, waiting helps nobody.
    return redis.status === 'ready' ? ended : undefined;
  });
  const rows = createOverdueRows(redis);
  const fallBacks = channels.flatMap((channel) => {
    const { name, fallback, patience } = channel;
    if (fallback === null) return [];
    const pair = { channel: name, label: channelLabel(channel), fallback, afterMs: patience.fallbackMs };
    const onTold = () => pumps.get(fallback)?.nudge();
    return [startFallBack(pair, { rows, decider, log }, stop, onTold)];
  });
  return {
    nudge: (channel) => {
      if (channel !== null) return pumps.get(channel)?.nudge();
      for (const pump of pumps.values()) pump.nudge();
      for (const nudge of fallBacks) nudge();
    },
  };
}

const knownChannels = ({ channels, skipped, invalid }: AlerterConfig): string[] => [
  ...channels.map((one) => one.name),
  ...[...skipped, ...invalid].map((one) => one.channel),
];
