import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRaise, isRecovery, ofAlert } from './support/simulated-channels.ts';
import { createSimulation } from './support/simulation.ts';

let redis: PrivateRedis;
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(() => redis.stop());

test('A5: an hour of outage: nothing lost, nothing twice, then each incident as one message, at a pace Slack takes', async () => {
  const world = await createSimulation(redis);
  world.setMood('down');
  for (let n = 0; n < 20; n++) {
    await world.event({ id: `down-${n}`, alertType: `t${n}` });
    await world.event({ id: `up-${n}`, alertType: `t${n}`, kind: 'clear' });
  }
  for (let minute = 0; minute < 60; minute++) {
    await world.deliverDue();
    world.clock.advance(60_000);
  }
  expect(world.arrivals).toEqual({ slack: [], mail: [] });
  world.setMood('ok');
  for (let second = 0; second < 120; second++) {
    const before = world.arrivals.slack.length;
    await world.deliverDue();
    expect(world.arrivals.slack.length - before).toBeLessThanOrEqual(second === 0 ? 6 : 1);
    world.clock.advance(1_000);
  }
  for (const arrivals of [world.arrivals.slack, world.arrivals.mail]) {
    expect(arrivals).toHaveLength(20);
    for (let n = 0; n < 20; n++) {
      const own = arrivals.filter(ofAlert(`t${n}`));
      expect(own.map(({ text }) => text.split('\n')[2])).toEqual(['Lasted 06:30–06:30, notice delayed 1 h.']);
      expect(own.map(isRecovery)).toEqual([true]);
    }
  }
  world.close();
}, 60_000);

test('A1: with hundreds of INFOs in the outbox a CRITICAL is claimed next', async () => {
  const world = await createSimulation(redis);
  for (let n = 0; n < 200; n++) {
    await world.event({ id: `i${n}`, kind: 'info', level: 'info', service: `s${n % 70}`, alertType: 'backup_ok' });
  }
  await world.deliverDue();
  const before = world.arrivals.slack.length;
  expect(before).toBeLessThanOrEqual(3);
  await world.event({ id: 'down' });
  await world.deliverDue();
  expect(world.arrivals.slack.slice(before).map(isRaise)).toEqual([true]);
  world.close();
}, 60_000);

test('A5: a row whose lease has passed on can no longer be settled or given back by the one that lost it', async () => {
  const world = await createSimulation(redis);
  await world.event({ id: 'a' });
  const [held] = await world.dieHolding(false);
  expect(await world.deliverDue()).toBe(0);
  world.clock.advance(15_000);
  const { rows } = await world.outbox.claim('slack', { perSecond: 1, burst: 6, reserve: 3 }, 1);
  const [taken] = rows;
  if (!held || !taken) throw new Error('the row was not claimed twice');
  const how = { burned: true, holdUntil: null, fallBack: false, mayRepeat: false };
  const later = { do: 'defer', notBefore: 0, reason: 'x', ...how } as const;
  expect([await world.outbox.settle(held, 'dead', 'x'), await world.outbox.defer(held, later)]).toEqual([false, false]);
  expect([taken.row.nid, taken.mayRepeat]).toEqual([held.row.nid, true]);
  expect(await world.outbox.settle(taken, 'sent', 'sent')).toBe(true);
  world.close();
});

test('A5: a digest waits for the notices of every alert it lists, and their recoveries wait for it', async () => {
  const world = await createSimulation(redis);
  const warn = (id: string, alertType: string, kind: 'raise' | 'clear' = 'raise') =>
    world.event({ id, alertType, kind, level: 'warning' });
  const told = async () => {
    const before = world.arrivals.slack.length;
    await world.deliverDue();
    return world.arrivals.slack.slice(before).map((one) => (isRecovery(one) ? 'over' : 'digest'));
  };
  for (const type of ['a', 'b']) await warn(`1-${type}`, type);
  await world.live(900_000);
  expect(await told()).toEqual(['digest']);
  for (const type of ['a', 'b']) {
    await warn(`2-${type}`, type, 'clear');
    world.clock.advance(1);
    await warn(`3-${type}`, type);
  }
  await world.live(900_000);
  for (const type of ['a', 'b']) await warn(`4-${type}`, type, 'clear');
  // One of the two recoveries is held by a sender that died: the digest behind both goes when it is sent too.
  await world.dieHolding(false);
  expect(await told()).toEqual(['over']);
  world.clock.advance(15_001);
  expect(await told()).toEqual(['over', 'digest', 'over', 'over']);
  world.close();
}, 60_000);

test('A1: 700 WARNINGs are two digests at the end of their bucket, each alert in one of them', async () => {
  const world = await createSimulation(redis);
  for (let n = 0; n < 700; n++) await world.event({ id: `w${n}`, level: 'warning', alertType: `t${n}` });
  await world.live(900_000);
  await world.settle();
  const rows = (await world.rows()).filter((row) => row.notice.kind === 'digest');
  const listed = rows.map(({ notice }) => ('entries' in notice ? notice.entries.length : 0));
  expect(listed.toSorted((a, b) => a - b)).toEqual([200, 500]);
  expect(new Set(rows.map((row) => row.createdAt)).size).toBe(1);
  expect(world.arrivals.slack).toHaveLength(2);
  expect(await world.redis.scard('{a}:digest:slack')).toBe(0);
  world.close();
}, 60_000);

test('A1: a digest comes about while its WARNINGs are raised without a pause', async () => {
  const world = await createSimulation(redis);
  for (let n = 0; n < 100; n++) await world.event({ id: `w${n}`, level: 'warning', alertType: `t${n}` });
  world.clock.advance(900_000);
  const over = new AbortController();
  const storm = async (from: number) => {
    for (let n = from; !over.signal.aborted; n += 8) {
      await world.event({ id: `again-${n}`, level: 'warning', alertType: `t${n % 100}` });
    }
  };
  const storms = Array.from({ length: 8 }, (_, from) => storm(from));
  await world.tick();
  over.abort();
  await Promise.all(storms);
  const digests = (await world.rows()).filter((row) => row.notice.kind === 'digest');
  expect(digests.length).toBeGreaterThan(0);
  world.close();
}, 60_000);
