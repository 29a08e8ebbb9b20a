import { once } from 'node:events';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { createFakeClock } from '@yoban/shared/testing/fake-clock';
import type { PrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { Redis } from 'ioredis';
import type { Channel, OutgoingMessage } from '../../src/channels/channel.ts';
import { composeMessage } from '../../src/core/message.ts';
import type { SendResult } from '../../src/core/retry.ts';
import type { AlertRules } from '../../src/core/rules.ts';
import { createDecider } from '../../src/decide-and-write.ts';
import { deliver } from '../../src/delivery/deliver-next.ts';
import { noStep } from '../../src/on-step.ts';
import { createAlertStore } from '../../src/store/alert-store.ts';
import { type Claimed, createOutbox, leaseMs } from '../../src/store/outbox.ts';
import { createSetAside } from '../../src/store/set-aside.ts';
import { fullEvent } from './alerter-bench.ts';

export type Mood = 'ok' | 'down' | 'busy' | 'taken-unanswered';

export interface Arrival {
  nid: string;
  text: string;
  at: number;
}

const rules: AlertRules = {
  windowMs: 900 * SECOND,
  routes: { critical: ['slack', 'mail'], warning: ['slack'], info: ['slack'] },
  services: {},
  mailChannels: ['mail'],
  foldPerMinute: 3,
};
const style = { locale: 'en' as const, zone: 'UTC', displayNames: {} };

/** The alerter on a clock of its own: real scripts, real Redis, receivers whose mood the test sets. Time moves only by `advance`. */
export async function createSimulation(server: PrivateRedis) {
  const redis = new Redis(parseRedisUrl(server.url));
  await once(redis, 'ready');
  await redis.flushall();
  const clock = createFakeClock();
  const { log, lines } = createTestLog();
  const setAside = createSetAside(redis, log);
  const store = createAlertStore(redis, setAside, clock.now);
  const outbox = createOutbox(redis, setAside, clock.now);
  // Two alerters, so that each decision may be raced for.
  const deciders = [1, 2].map(() => createDecider({ store, rules, log, onStep: noStep }));
  const first = deciders[0];
  if (!first) throw new Error('no decider');
  const arrivals: Record<string, Arrival[]> = { slack: [], mail: [] };
  let mood: Mood = 'ok';
  let ambiguous = 0;

  const send = async (name: string, message: OutgoingMessage): Promise<SendResult> => {
    if (mood === 'down') return { kind: 'retry', code: 'http_503' };
    if (mood === 'busy') return { kind: 'busy', code: 'http_429', afterMs: 20_000 };
    const text = [message.head, ...message.lines].join('\n');
    arrivals[name]?.push({ nid: message.nid, text, at: clock.now() });
    if (mood === 'ok') return { kind: 'sent' };
    ambiguous += 1;
    return { kind: 'unknown', code: 'reset' };
  };
  const channels: Channel[] = (['slack', 'mail'] as const).map((name) => ({
    name,
    kind: name === 'slack' ? 'slack' : 'smtp',
    pace: { perSecond: 1, burst: 6, reserve: 3 },
    concurrency: 1,
    style,
    fallback: null,
    keyed: () => false,
    send: (message) => send(name, message),
  }));
  const deps = { outbox, log, onStep: noStep, random: () => 0.5 };

  const deliverDue = async (limit = 1_000): Promise<number> => {
    let done = 0;
    for (const channel of channels) {
      for (let n = 0; n < limit; n++) {
        const claimed = await outbox.claim(channel.name, channel.pace);
        if (!('token' in claimed)) break;
        await deliver(channel, claimed, deps);
        done += 1;
      }
    }
    return done;
  };
  const pending = async () => {
    const keys = await redis.keys('{a}:due:*');
    return (await Promise.all(keys.map((key) => redis.zcard(key)))).reduce((sum, count) => sum + count, 0);
  };
  return {
    clock,
    redis,
    setAside,
    outbox,
    lines,
    arrivals: arrivals as { slack: Arrival[]; mail: Arrival[] },
    ambiguous: () => ambiguous,
    setMood: (next: Mood) => {
      mood = next;
    },
    /** Both alerters get the event at once, as after a stalled job; resolves to the reason of the one that decided. */
    event: async (event: Partial<AlertEvent> & { id: string }): Promise<string> => {
      const full = fullEvent({ at: isoTime(clock.now()), ...event });
      const reasons = await Promise.all(deciders.map((decider) => decider.event(full)));
      return reasons.find((reason) => reason !== 'seen') ?? 'seen';
    },
    /** Two events at once, one to each alerter. */
    race: (events: readonly (Partial<AlertEvent> & { id: string })[]): Promise<string[]> =>
      Promise.all(
        events.map((event, index) =>
          (deciders[index] ?? first).event(fullEvent({ at: isoTime(clock.now()), ...event })),
        ),
      ),
    tick: () => Promise.all(deciders.map((decider) => decider.dueTicks())),
    deliverDue,
    /** An alerter dies holding a row: before it sent it, or after the receiver had it. */
    dieHolding: async (afterSend: boolean): Promise<Claimed[]> => {
      const held: Claimed[] = [];
      for (const channel of channels) {
        const claimed = await outbox.claim(channel.name, channel.pace);
        if (!('token' in claimed)) continue;
        held.push(claimed);
        if (!afterSend || mood !== 'ok') continue;
        ambiguous += 1;
        const message = composeMessage(claimed.row.notice, style, claimed.mayRepeat);
        const text = [message.head, ...message.lines].join('\n');
        arrivals[channel.name]?.push({ nid: claimed.row.nid, text, at: clock.now() });
      }
      return held;
    },
    /** Everything gets well and time passes until nothing waits. */
    settle: async () => {
      mood = 'ok';
      for (let round = 0; round < 200; round++) {
        await first.dueTicks();
        while ((await deliverDue()) > 0);
        if ((await pending()) === 0 && (await redis.zcard('{a}:agenda')) === 0) return;
        clock.advance(round % 5 === 4 ? 300 * SECOND : leaseMs + 1);
      }
      throw new Error('the outbox never emptied');
    },
    close: () => redis.disconnect(),
  };
}

export type Simulation = Awaited<ReturnType<typeof createSimulation>>;
