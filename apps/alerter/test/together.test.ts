import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { alertKey } from '../src/core/alert-key.ts';
import { decideWithinMs } from '../src/decide-limits.ts';
import { eventRounds, heldBack } from '../src/event-rounds.ts';
import { noStep } from '../src/on-step.ts';
import { createAlertStore } from '../src/store/alert-store.ts';
import { fullEvent, startBench } from './support/alerter-bench.ts';
import { createSimulation, type Simulation } from './support/simulation.ts';

let server: PrivateRedis;
beforeAll(async () => {
  server = await startPrivateRedis();
});
afterAll(() => server.stop());

async function start({ onTestFinished }: TestContext): Promise<Simulation> {
  const world = await createSimulation(server);
  onTestFinished(() => world.close());
  return world;
}

type SomeEvent = Partial<AlertEvent> & { id: string };

/** Everything that may happen to an alert, of several at once, among it an event that comes twice. */
const mixed: SomeEvent[] = [
  { id: '1', alertType: 'a' },
  { id: '2', alertType: 'a' },
  { id: '3', alertType: 'b' },
  { id: '4', alertType: 'a', kind: 'clear' },
  { id: '5', alertType: 'w', level: 'warning' },
  { id: '6', alertType: 'a' },
  { id: '6', alertType: 'a' },
  { id: '7', alertType: 'i', kind: 'info', level: 'info' },
  { id: '8', alertType: 'i', kind: 'info', level: 'info' },
  { id: '9', alertType: 'w', level: 'critical' },
  { id: '10', alertType: 'b', kind: 'clear' },
  { id: '11', alertType: 'b', kind: 'clear' },
  { id: '12', alertType: 'i', kind: 'info', level: 'info' },
  { id: '13', alertType: 'i', kind: 'info', level: 'info' },
];

/** JSON by what it says, whatever the order of its fields. */
const readable = ([name, text]: [string, string]): [string, unknown] => [
  name,
  /^\{/.test(text) ? JSON.parse(text) : text,
];

/** All that Redis holds of it, but what counts writes and tells who may go first. */
async function written({ redis }: Simulation): Promise<Record<string, unknown>> {
  const all: Record<string, unknown> = {};
  for (const key of (await redis.keys('{a}:*')).toSorted()) {
    const kind = await redis.type(key);
    if (kind === 'hash') all[key] = Object.fromEntries(Object.entries(await redis.hgetall(key)).map(readable));
    else if (kind === 'zset') all[key] = await redis.zrange(key, '0', '-1', 'WITHSCORES');
    else if (kind === 'set') all[key] = (await redis.smembers(key)).toSorted();
    else if (kind === 'list' && !key.includes('wake')) all[key] = await redis.lrange(key, 0, -1);
  }
  return all;
}

test('A5: events decided as one list leave exactly what they leave one after the other', async (context) => {
  const one = await start(context);
  for (const event of mixed) await one.event(event);
  const singly = await written(one);
  const world = await start(context);
  const reasons = await world.together(mixed);
  expect(await written(world)).toEqual(singly);
  const [, , , , , six, repeated] = reasons;
  expect([six, repeated]).toEqual(['raised_inside_window', 'raised_inside_window']);
  await world.settle();
  expect(world.arrivals.slack.length).toBeGreaterThan(4);
});

test('A5: what another alerter changed meanwhile is decided anew, with all that was made from it, and nothing else', async (context) => {
  const world = await start(context);
  const { redis, setAside, rules, clock } = world;
  const store = createAlertStore(redis, setAside, { horizonMs: 3_600_000, clock: clock.now });
  const list = [
    { id: 'a1', alertType: 'a' },
    { id: 'b1', alertType: 'b' },
    { id: 'a2', alertType: 'a', kind: 'clear' as const },
    { id: 'c1', alertType: 'c' },
  ].map((event) => ({ event: fullEvent({ at: new Date(clock.now()).toISOString(), ...event }), told: [] }));
  const applied: string[][] = [];
  let between: (() => Promise<unknown>) | null = () => world.event({ id: 'a0', alertType: 'a' });
  const racing: typeof store = {
    ...store,
    apply: async (...args) => {
      await between?.();
      between = null;
      const words = await store.apply(...args);
      applied.push(words);
      return words;
    },
  };
  const { round, reasons } = eventRounds({ store: racing, rules, onStep: noStep }, list);
  expect(await round()).toBe('conflict');
  expect(await round()).toBe('done');
  // The version that the raise of the other alerter has is the one that a2 was to replace: it must not pass for a1's.
  expect(applied).toEqual([
    ['conflict', 'done', 'conflict', 'done'],
    ['done', 'done'],
  ]);
  expect(reasons).toEqual(['repeated', 'raised', 'recovered', 'raised']);
  await world.settle();
  const heads = (name: string) =>
    world.arrivals.slack.filter(({ nid }) => nid.includes(`/${name}#`)).map(({ text }) => text.slice(0, 5));
  expect([heads('a'), heads('b'), heads('c')]).toEqual([['[CRIT', '[RECO'], ['[CRIT'], ['[CRIT']]);
});

test('A5: what the spool holds something of is held back, looked at anew for each writing; what hung for long is read anew', async (context) => {
  const world = await start(context);
  const { redis, setAside, rules, clock } = world;
  const store = createAlertStore(redis, setAside, { horizonMs: 3_600_000, clock: clock.now });
  const held = new Set([alertKey({ service: 'ailife', alertType: 'a' })]);
  const list = ['a', 'b', 'c'].map((alertType) => ({
    event: fullEvent({ id: alertType, alertType, at: new Date(clock.now()).toISOString() }),
    told: [],
  }));
  // The first writing comes to Redis when its time is over, as one that hung in a stopped Redis does; the door took another meanwhile.
  let hangs = true;
  const hanging: typeof store = {
    ...store,
    apply: async (...args) => {
      if (hangs) {
        hangs = false;
        held.add(alertKey({ service: 'ailife', alertType: 'b' }));
        clock.advance(decideWithinMs + 1);
      }
      return store.apply(...args);
    },
  };
  const { round, reasons } = eventRounds({ store: hanging, rules, onStep: noStep, spooled: () => held }, list);
  expect([await round(), await round()]).toEqual(['conflict', 'done']);
  expect(reasons).toEqual([heldBack, heldBack, 'raised']);
  const overtaking = list.slice(0, 1).map((one) => ({ ...one, overtakes: true }));
  const past = eventRounds({ store, rules, onStep: noStep, spooled: () => held }, overtaking);
  expect([await past.round(), past.reasons]).toEqual(['done', ['raised']]);
});

test('A5: sixty CRITICALs in one job of the bus each reach both receivers once', async ({ onTestFinished }) => {
  const bench = await startBench();
  onTestFinished(() => bench.stop());
  const events = Array.from({ length: 60 }, (_, n) => fullEvent({ id: `e${n}`, service: `s${n}` }));
  await bench.producer.addAll('alertEvent', [{ jobId: 'bundle', payload: { events } }]);
  await bench.startAlerter({
    channels: bench.config.channels.map((channel) => ({ ...channel, perSecond: 1_000 })),
  });
  await waitFor('all of them', () => bench.slackTexts().length >= 60 && bench.mailSubjects().length >= 60, 30_000);
  expect(new Set(bench.slackTexts()).size).toBe(60);
  expect(bench.slackTexts()).toHaveLength(60);
});
