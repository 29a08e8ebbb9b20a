import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { createRecordQueue } from '../src/store/record-queue.ts';
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
const lines = (world: Simulation, channel: 'slack' | 'mail' = 'slack') =>
  world.arrivals[channel].map(({ text }) => text.split('\n'));
const heads = (world: Simulation, channel: 'slack' | 'mail' = 'slack') =>
  world.arrivals[channel].map(({ text }) => /\[(\w+)\]/.exec(text)?.[1]);
/** `kind state -> kind of what it was merged into` of a record's notices on a channel, in the order they were written. */
async function shown(world: Simulation, channel: string): Promise<string[]> {
  const records = await createRecordQueue(world.redis, world.setAside, world.clock.now).dirty(100);
  const notices = records.flatMap(({ record }) => record.notices).filter((one) => one.channel === channel);
  const kindOf = (id: string | undefined) => notices.find((one) => one.id === id)?.kind;
  return notices.map((one) => `${one.kind} ${one.state}${one.mergedInto ? ` -> ${kindOf(one.mergedInto)}` : ''}`);
}
const info = { kind: 'info' as const, level: 'info' as const };
/** Time passes, and what is due is tried, as a pump does. */
async function pass(world: Simulation, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 30 * SECOND) {
    await world.deliverDue();
    world.clock.advance(Math.min(left, 30 * SECOND));
  }
}

test('A5: after a long outage a raise and its recovery are one message with its times and its delay', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 14 * MINUTE);
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 29 * MINUTE);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(lines(world)).toEqual([
    [
      '[RECOVERED] ailife',
      'Process is up again',
      'Was down 06:30–06:44, notice delayed 43 min.',
      'Time: 2026-03-11 06:44:00 UTC',
    ],
  ]);
  // Mail had no outage.
  expect(heads(world, 'mail')).toEqual(['CRITICAL', 'RECOVERED']);
  expect(await shown(world, 'slack')).toEqual(['raise merged -> recovery', 'recovery sent']);
  expect(await shown(world, 'mail')).toEqual(['raise sent', 'recovery sent']);
});

test('A5: a digest that waits between a raise and its recovery is told by itself, before the two of them in one', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'slow', level: 'warning' });
  await world.event({ id: 'full', level: 'warning', alertType: 'disk_space_low' });
  await world.event({ id: 'down' });
  await world.live(20 * MINUTE);
  await world.event({ id: 'still-down' });
  await world.event({ id: 'up', kind: 'clear' });
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world)).toEqual(['WARNING', 'RECOVERED']);
  expect(lines(world)[0]?.join('\n')).toContain('disk');
});

test('A5: several incidents of an outage are a message each, in order; one that still stands is told as late', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  for (const n of [1, 2, 3]) {
    await world.event({ id: `down-${n}` });
    await pass(world, 10 * MINUTE);
    if (n < 3) await world.event({ id: `up-${n}`, kind: 'clear' });
    await pass(world, 10 * MINUTE);
  }
  world.setMood('ok', 'slack');
  await pass(world, MINUTE);
  expect(heads(world)).toEqual(['RECOVERED', 'RECOVERED', 'CRITICAL']);
  expect(lines(world).map((text) => text.find((line) => line.includes('elayed')))).toEqual([
    'Was down 06:30–06:40, notice delayed 1 h.',
    'Was down 06:50–07:00, notice delayed 40 min.',
    'Notice delayed 20 min.',
  ]);
});

test('A5: a short outage changes nothing', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, MINUTE);
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 2 * MINUTE);
  world.setMood('ok', 'slack');
  await pass(world, MINUTE);
  expect(heads(world)).toEqual(['CRITICAL', 'RECOVERED']);
  expect(JSON.stringify(lines(world))).not.toContain('elayed');
});

test('A5: a raise that people know keeps its recovery, however late', async (context) => {
  const world = await start(context);
  await world.event({ id: 'down' });
  await world.deliverDue();
  world.setMood('down', 'slack');
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 20 * MINUTE);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(lines(world).at(-1)).toEqual([
    '[RECOVERED] ailife',
    'Process is up again',
    'Lasted 0 s.',
    'Notice delayed 20 min.',
    'Time: 2026-03-11 06:30:00 UTC',
  ]);
});

test('A5: INFOs of an outage are one digest; records show what became of each', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  for (let n = 0; n < 5; n++) {
    await world.event({ id: `ok-${n}`, alertType: 'backup_ok', ...info });
    await world.event({ id: `other-${n}`, alertType: 'process_restarted', service: 'other', ...info });
    await pass(world, 4 * MINUTE);
  }
  world.setMood('ok', 'slack');
  await world.event({ id: 'fresh', alertType: 'backup_ok', ...info });
  await world.settle();
  const [digest, fresh, ...more] = lines(world);
  expect(more).toEqual([]);
  expect(digest).toEqual([
    '[INFO] ailife, other',
    '10 messages that could not be delivered before',
    '• ailife: Backup OK: 5 times, first 06:30:00, last 06:46:00',
    '• other: Restarted: 5 times, first 06:30:00, last 06:46:00',
    'Notice delayed 20 min.',
    expect.stringMatching(/^Time: /),
  ]);
  expect(fresh?.[1]).toContain('Backup OK');
  const receipts = await shown(world, 'slack');
  expect(receipts.filter((one) => one === 'info merged -> summary')).toHaveLength(10);
  expect(receipts).toContain('summary sent');
  expect(receipts).toContain('info sent');
});

test('A5: an INFO behind a digest waits for it, also one that came when its forerunner was part of it already', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  for (const id of ['a', 'b']) await world.event({ id, alertType: 'backup_ok', ...info });
  await pass(world, 6 * MINUTE);
  await world.event({ id: 'c', alertType: 'backup_ok', ...info });
  await world.event({ id: 'd', alertType: 'backup_ok', ...info });
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world)).toEqual(['INFO', 'INFO', 'INFO']);
  expect(lines(world)[0]?.[1]).toBe('2 messages that could not be delivered before');
  expect(world.arrivals.slack.slice(1).map(({ nid }) => nid)).toEqual(['c:slack', 'd:slack']);
});

test('A5: a kill between a merge and the sending of what it made neither loses nor doubles', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await world.event({ id: 'up', kind: 'clear' });
  await world.event({ id: 'i1', alertType: 'backup_ok', ...info });
  await world.event({ id: 'i2', alertType: 'backup_ok', ...info });
  await pass(world, 10 * MINUTE);
  world.setMood('ok', 'slack');
  await world.dieHolding(false);
  world.clock.advance(15 * SECOND);
  await world.settle();
  expect(heads(world)).toEqual(['RECOVERED', 'INFO']);
});

test('A5: a message that may have arrived says so, alone or in a digest', async (context) => {
  const world = await start(context);
  world.setMood('taken-unanswered', 'slack');
  await world.event({ id: 'i1', alertType: 'backup_ok', ...info });
  await world.deliverDue();
  world.setMood('down', 'slack');
  await world.event({ id: 'i2', alertType: 'backup_ok', ...info });
  await pass(world, 6 * MINUTE);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(lines(world).at(-1)?.at(-1)).toBe('(re-sent, may be a repeat)');
  expect(lines(world).at(-1)?.[1]).toBe('2 messages that could not be delivered before');
});

test('a clock that goes back merges nothing that is not late by it', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, MINUTE);
  world.clock.advance(-60 * MINUTE);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world)).toEqual(['CRITICAL', 'RECOVERED']);
});
