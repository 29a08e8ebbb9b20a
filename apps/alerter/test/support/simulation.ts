import { once } from 'node:events';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { createFakeClock } from '@yoban/shared/testing/fake-clock';
import type { PrivateRedis } from '@yoban/shared/testing/private-redis';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { Redis } from 'ioredis';
import { agendaHorizonMs } from '../../src/alert-rules.ts';
import { channelLabel } from '../../src/channels/channel-label.ts';
import type { DecidedCommand } from '../../src/core/decide-command.ts';
import { usualPatience } from '../../src/core/late.ts';
import { composeMessage } from '../../src/core/message.ts';
import type { OutboxRow } from '../../src/core/notice.ts';
import type { AlertRules } from '../../src/core/rules.ts';
import { createDecider } from '../../src/decide-and-write.ts';
import { deliver } from '../../src/delivery/deliver-next.ts';
import { fallBackDue } from '../../src/delivery/fall-back.ts';
import { noStep, type OnStep, type Step } from '../../src/on-step.ts';
import { createAlertStore } from '../../src/store/alert-store.ts';
import { StoredRow } from '../../src/store/end-row.ts';
import { createFreshRows } from '../../src/store/fresh-rows.ts';
import { createLateRows } from '../../src/store/late-rows.ts';
import { type Claimed, createOutbox, leaseMs } from '../../src/store/outbox.ts';
import { createOverdueRows } from '../../src/store/overdue-rows.ts';
import { createSetAside } from '../../src/store/set-aside.ts';
import { fullEvent } from './alerter-bench.ts';
import { testRules } from './rules.ts';
import { createSimulatedChannels } from './simulated-channels.ts';

type SomeEvent = Partial<AlertEvent> & { id: string };

/** An alerter ends at a labelled step: what it had not written is gone, what it had read too. */
class Crash extends Error {}

/** The alerter on a clock of its own: real scripts, real Redis, receivers whose mood the test sets. Time moves only by `advance`. */
export async function createSimulation(
  server: PrivateRedis,
  rules: AlertRules = testRules({ foldPerMinute: 3 }),
  names: readonly string[] = ['slack', 'mail'],
) {
  const redis = new Redis(parseRedisUrl(server.url));
  await once(redis, 'ready');
  await redis.flushall();
  const clock = createFakeClock();
  const { log, lines } = createTestLog();
  const setAside = createSetAside(redis, log);
  const fresh = createFreshRows();
  const outbox = createOutbox(redis, setAside, { clock: clock.now, fresh });
  const receivers = createSimulatedChannels(names, clock.now);

  let dieAt: Step | null = null;
  const onStep: OnStep = (step) => {
    if (step !== dieAt) return;
    dieAt = null;
    throw new Crash(step);
  };
  const newAlerter = () => {
    const store = createAlertStore(redis, setAside, { horizonMs: agendaHorizonMs(rules), clock: clock.now, fresh });
    return createDecider({ store, rules, log, onStep });
  };
  // Two alerters, so that each decision may be raced for.
  let alerters = [newAlerter(), newAlerter()];
  const first = () => {
    const [one] = alerters;
    if (!one) throw new Error('no alerter runs');
    return one;
  };
  /** As the bus does with a job whose worker died: once more, to whoever is there. */
  const untilDone = async <T>(attempt: () => Promise<T>): Promise<T> => {
    const settled = await Promise.allSettled([attempt()]);
    const [ended] = settled;
    if (ended.status === 'fulfilled') return ended.value;
    if (!(ended.reason instanceof Crash)) throw ended.reason;
    alerters = alerters.map(newAlerter);
    return attempt();
  };
  /** All of them, also when one dies: nothing is left running behind the test's back. */
  const all = async <T>(works: readonly Promise<T>[]): Promise<T[]> => {
    const ends = await Promise.allSettled(works);
    const failed = ends.find((end) => end.status === 'rejected');
    if (failed) throw failed.reason;
    return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
  };
  /** What was decided of an event or command, as its alerter logged it: one that dies afterwards tells nobody else. */
  const reasonOf = (id: string): string => {
    const own = lines.find((line) => (line.eventId ?? line.id) === id && line.reason !== 'seen');
    return String(own?.reason ?? 'seen');
  };
  const tick = () => untilDone(() => all(alerters.map((alerter) => alerter.dueTicks())));
  const late = createLateRows(redis, clock.now);
  const deps = { outbox, late, log, onSent: () => undefined, onStep: noStep, waits: () => false, random: () => 0.5 };

  const claimOne = async ({ name, pace }: (typeof receivers.channels)[number]) =>
    (await outbox.claim(name, pace, 1)).rows[0] ?? null;
  const deliverDue = async (limit = 1_000): Promise<number> => {
    let done = 0;
    for (const channel of receivers.channels) {
      for (let n = 0; n < limit; n++) {
        const claimed = await claimOne(channel);
        if (!claimed) break;
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
  /** An open alert is looked at for ever, and a silence that is over is kept for a day: neither is waited for. */
  const planned = async () =>
    (await redis.zrange('{a}:agenda', '0', '-1')).filter((name) => !/^(alert|silences):/.test(name));
  return {
    clock,
    redis,
    setAside,
    outbox,
    log,
    lines,
    rules,
    receivers,
    arrivals: { slack: receivers.at('slack'), mail: receivers.at('mail') },
    ambiguous: receivers.ambiguous,
    setMood: receivers.setMood,
    /** Every alerter gets it at once, as after a stalled job. Resolves to the reason it was decided for. */
    event: async (event: SomeEvent): Promise<string> => {
      const full = fullEvent({ at: isoTime(clock.now()), ...event });
      // Alone with one of them, as part of a list with the next: both are the same.
      const list = [{ event: full, told: [] }];
      await untilDone(() =>
        all<unknown>(alerters.map((alerter, at) => (at % 2 === 0 ? alerter.event(full) : alerter.events(list)))),
      );
      return reasonOf(full.id);
    },
    command: async (command: DecidedCommand): Promise<string> => {
      await untilDone(() => all(alerters.map((alerter) => alerter.command(command))));
      return reasonOf(command.id);
    },
    /** What `channel` has kept for too long goes to `fallback` as well; every alerter looks at once. */
    fallBack: (channel: string, fallback: string) => {
      const deps = { rows: createOverdueRows(redis, clock.now), log };
      const pair = {
        channel,
        label: channelLabel({ kind: 'slack', name: channel }),
        fallback,
        afterMs: usualPatience.fallbackMs,
      };
      return untilDone(() => all(alerters.map((decider) => fallBackDue(pair, { ...deps, decider }))));
    },
    /** Events at once, each to an alerter of its own. */
    race: async (events: readonly SomeEvent[]): Promise<string[]> => {
      const full = events.map((event) => fullEvent({ at: isoTime(clock.now()), ...event }));
      await untilDone(() =>
        all(full.map((event, index) => (alerters[index % alerters.length] ?? first()).event(event))),
      );
      return full.map((event) => reasonOf(event.id));
    },
    /** Events as one list, which every alerter decides at once. */
    together: async (events: readonly SomeEvent[]): Promise<string[]> => {
      const list = events.map((event) => ({ event: fullEvent({ at: isoTime(clock.now()), ...event }), told: [] }));
      await untilDone(() => all(alerters.map((alerter) => alerter.events(list))));
      return list.map(({ event }) => reasonOf(event.id));
    },
    tick,
    /** Time passes, and what falls due on the way is done at its moment. */
    live: async (ms: number): Promise<void> => {
      const until = clock.now() + ms;
      for (;;) {
        const [wait] = await tick();
        if (wait === null || wait === undefined || clock.now() + wait > until) break;
        clock.advance(Math.max(1, wait));
      }
      clock.set(Math.max(until, clock.now()));
      await tick();
    },
    deliverDue,
    /** The next decision dies at this step, and is made again by those who come after. */
    dieAt: (step: 'decided' | 'written') => {
      dieAt = step;
    },
    /** So many alerters run from now on, all newly started. */
    run: (count: number) => {
      alerters = Array.from({ length: count }, newAlerter);
    },
    /** A sender dies holding a row: before it sent it, or after the receiver had it. */
    dieHolding: async (afterSend: boolean): Promise<Claimed[]> => {
      const held: Claimed[] = [];
      for (const channel of receivers.channels) {
        const claimed = await claimOne(channel);
        if (!claimed) continue;
        held.push(claimed);
        const { nid, notice } = claimed.row;
        const { head, lines: told } = composeMessage(notice, receivers.style, { mayRepeat: claimed.mayRepeat });
        if (afterSend) receivers.receiveUnnoted(channel.name, { nid, head, lines: told });
      }
      return held;
    },
    /** Every row that was ever decided, in that order, as it was before it was late. */
    rows: async (): Promise<OutboxRow[]> => {
      const keys = await redis.keys('{a}:out:*');
      const rows = await Promise.all(keys.map(async (key) => StoredRow.parse(await redis.hget(key, 'row'))));
      return rows
        .filter(({ notice }) => notice.kind !== 'backlog')
        .map((row) =>
          row.notice.kind === 'passed' ? { ...row, notice: { ...row.notice, kind: 'recovery' as const } } : row,
        )
        .sort((a, b) => a.createdAt - b.createdAt);
    },
    /** What was so late that another notice says it: by its id, that of the other one. */
    merged: async (): Promise<Map<string, string>> => {
      const merged = new Map<string, string>();
      for (const key of await redis.keys('{a}:out:*')) {
        const [st, into] = await redis.hmget(key, 'st', 'into');
        if (st === 'merged' && into) merged.set(key.slice('{a}:out:'.length), into);
      }
      return merged;
    },
    /** Everything gets well and time passes until nothing waits. */
    settle: async () => {
      receivers.setMood('ok');
      dieAt = null;
      for (let round = 0; round < 400; round++) {
        await first().dueTicks();
        while ((await deliverDue()) > 0);
        if ((await pending()) === 0 && (await planned()).length === 0) return;
        clock.advance(round % 5 === 4 ? 300 * SECOND : leaseMs + 1);
      }
      throw new Error('the outbox never emptied');
    },
    close: () => redis.disconnect(),
  };
}

export type Simulation = Awaited<ReturnType<typeof createSimulation>>;
