import { DAY, HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { sendTest } from '../src/delivery/send-test.ts';
import { createRecordQueue } from '../src/store/record-queue.ts';
import { createResend } from '../src/store/resend.ts';
import { createSpendToken } from '../src/store/spend-token.ts';
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
const receipts = async (world: Simulation) => {
  const [dirty] = await createRecordQueue(world.redis, world.setAside, world.clock.now).dirty(10);
  return dirty?.record.notices.filter((one) => one.channel === 'slack') ?? [];
};
const resendTo = (world: Simulation, names: readonly string[]) =>
  createResend(
    world.redis,
    names.map((name) => ({ name })),
    world.clock.now,
  );

test('A5: a dead letter and its record are kept for 30 days, also when the alert is over by then', async (context) => {
  const world = await start(context);
  world.setMood('refused', 'slack');
  await world.event({ id: 'down' });
  await world.deliverDue();
  const [dead] = await receipts(world);
  expect(dead).toMatchObject({ state: 'dead', lastError: 'http_400', attempts: 1 });
  await world.event({ id: 'up', kind: 'clear' });
  const record = `{a}:record:${dead?.id.split(':')[0]}`;
  expect(await world.redis.pttl(`{a}:out:${dead?.id}`)).toBeGreaterThan(29 * DAY);
  expect(await world.redis.pttl(record)).toBeGreaterThan(29 * DAY);
});

test('A5: sent again it has a fresh day, counts its tries anew, says how late it is, and its record follows', async (context) => {
  const world = await start(context);
  world.setMood('refused', 'slack');
  await world.event({ id: 'down' });
  await world.deliverDue();
  const [dead] = await receipts(world);
  world.clock.advance(2 * DAY);
  world.setMood('down', 'slack');
  expect(await resendTo(world, ['slack'])(dead?.id ?? '', world.clock.now())).toBe('resent');
  await world.deliverDue();
  // A first try that fails ends nothing: there is a day for more.
  expect((await receipts(world))[0]).toMatchObject({ state: 'pending', lastError: 'http_503' });
  world.clock.advance(23 * HOUR);
  world.setMood('ok', 'slack');
  await world.deliverDue();
  expect(world.arrivals.slack[0]?.text).toContain('Notice delayed 2 d 23 h.');
  expect((await receipts(world))[0]).toMatchObject({ state: 'sent', attempts: 2, lastError: null });
});

test('A5: what waits for a channel that is not set up is not sent again, since nobody would', async (context) => {
  const world = await start(context);
  world.setMood('refused', 'slack');
  await world.event({ id: 'down' });
  await world.deliverDue();
  const [dead] = await receipts(world);
  const resend = resendTo(world, ['mail']);
  expect(await resend(dead?.id ?? '', world.clock.now())).toBe('no_such_channel');
  expect(await resend('nothing', world.clock.now())).toBe('no_such_notice');
  expect((await receipts(world))[0]?.state).toBe('dead');
});

test('A5: of several tries at once, the receiver that asks for the longest patience is obeyed', async (context) => {
  const world = await start(context);
  world.setMood('used-up', 'slack');
  await world.event({ id: 'a' });
  await world.event({ id: 'b', alertType: 'database_corrupt' });
  const pace = { perSecond: 10, burst: 10, reserve: 0 };
  const { rows } = await world.outbox.claim('slack', pace, 3);
  expect(rows).toHaveLength(2);
  for (const [index, claimed] of rows.entries()) {
    const notBefore = world.clock.now() + (index === 0 ? HOUR : MINUTE);
    const how = { burned: false, fallBack: false, mayRepeat: false, reason: 'http_429' };
    await world.outbox.defer(claimed, { do: 'defer', notBefore, holdUntil: notBefore, ...how });
  }
  expect(await world.outbox.claim('slack', pace, 1)).toEqual({ rows: [], waitMs: HOUR });
});

test('A8: a test-send keeps to the rate of its channel, and gives up on one that is held for long', async (context) => {
  const world = await start(context);
  const spend = createSpendToken(world.redis, world.clock.now);
  const [slack] = world.receivers.channels;
  if (!slack) throw new Error('no channel');
  const waits = [];
  for (let n = 0; n < slack.pace.burst + 1; n++) waits.push(await spend('slack', slack.pace));
  expect(waits).toEqual([...Array(slack.pace.burst).fill(0), 1_000]);
  // What a test takes, a notice waits for.
  await world.event({ id: 'down' });
  expect(await world.outbox.claim('slack', slack.pace, 1)).toEqual({ rows: [], waitMs: 1_000 });
  world.clock.advance(1_000);
  world.setMood('used-up', 'slack');
  await world.deliverDue();
  const command = { do: 'test' as const, id: 't1', actor: 'operator', at: new Date().toISOString(), channel: 'slack' };
  const [result] = await sendTest(command, [slack], { log: world.log, now: world.clock.now, spend });
  expect(result).toMatchObject({ outcome: 'failed', detail: 'rate_limit' });
});
