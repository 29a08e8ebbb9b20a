import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, type TestContext, test } from 'vitest';
import { createRecordQueue } from '../src/store/record-queue.ts';
import { testRules } from './support/rules.ts';
import { createSimulation, type Simulation } from './support/simulation.ts';

let server: PrivateRedis;
beforeAll(async () => {
  server = await startPrivateRedis();
});
afterAll(() => server.stop());

const routes = { critical: ['slack', 'mail'], warning: ['slack'], info: ['slack'] };

/** Slack and mail on the route; `line` takes over what Slack does not deliver. */
async function start({ onTestFinished }: TestContext): Promise<Simulation> {
  const world = await createSimulation(server, testRules({ routes }), ['slack', 'mail', 'line']);
  onTestFinished(() => world.close());
  return world;
}
const heads = (world: Simulation, channel: string) =>
  world.receivers.at(channel).map(({ text }) => /\[(\w+)\]/.exec(text)?.[1]);
const texts = (world: Simulation, channel: string) => world.receivers.at(channel).map(({ text }) => text);

async function pass(world: Simulation, ms: number, fallback = 'line'): Promise<void> {
  for (let left = ms; left > 0; left -= SECOND) {
    await world.fallBack('slack', fallback);
    await world.deliverDue();
    world.clock.advance(SECOND);
  }
}

test('A3, A5: a CRITICAL that a channel has not delivered for 60 s goes to its fallback too, and says why', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 60 * SECOND);
  expect(texts(world, 'line')).toEqual([]);
  await pass(world, SECOND);
  expect(texts(world, 'line')[0]?.split('\n')).toEqual([
    '[CRITICAL] ailife',
    'Process is down and did not come back within 10 s.',
    'The service does not run.',
    'Slack could not be reached for 60 s, so this comes here.',
    'Time: 2026-03-11 06:30:00 UTC',
  ]);
  await pass(world, 30 * SECOND);
  expect(heads(world, 'line')).toEqual(['CRITICAL']);
});

test('A5: the recovery then goes to both, at once, and Slack gets its own when it is back', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 70 * SECOND);
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 2 * SECOND);
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'RECOVERED']);
  await pass(world, 70 * SECOND);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'RECOVERED']);
  expect(heads(world, 'slack')).toEqual(['CRITICAL', 'RECOVERED']);
  const [record] = await createRecordQueue(world.redis, world.setAside, world.clock.now).dirty(10);
  const receipts = record?.record.notices.map((one) => `${one.channel} ${one.kind} ${one.state}`).toSorted();
  expect(receipts).toEqual(
    ['line', 'mail', 'slack'].flatMap((channel) => [`${channel} raise sent`, `${channel} recovery sent`]),
  );
});

test('A5: what is over before the fallback takes over is told there with its end, once', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 40 * SECOND);
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 22 * SECOND);
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'RECOVERED']);
  await pass(world, 70 * SECOND);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'RECOVERED']);
  expect(heads(world, 'slack')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A5: after an outage of an hour the fallback was told both, and Slack is told once what it missed', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 80 * SECOND);
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 10 * SECOND);
  world.clock.advance(60 * MINUTE);
  world.setMood('ok', 'slack');
  await world.settle();
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'RECOVERED']);
  expect(heads(world, 'slack')).toEqual(['RECOVERED']);
  expect(texts(world, 'slack')[0]).toContain('Was down 06:30–06:31, notice delayed 1 h');
});

test('A5: a fallback that is on the same route is not told twice', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 90 * SECOND, 'mail');
  await world.event({ id: 'up', kind: 'clear' });
  await pass(world, 90 * SECOND, 'mail');
  expect(heads(world, 'mail')).toEqual(['CRITICAL', 'RECOVERED']);
});

test('A5: a message that is refused for good goes to the fallback at once; its record shows the dead letter', async (context) => {
  const world = await start(context);
  world.setMood('refused', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 2 * SECOND);
  expect(texts(world, 'line')[0]).toContain('Slack did not take this message, so it comes here.');
  const [record] = await createRecordQueue(world.redis, world.setAside, world.clock.now).dirty(10);
  const dead = record?.record.notices.find((one) => one.state === 'dead');
  expect(dead).toMatchObject({ channel: 'slack', kind: 'raise', lastError: 'http_400' });
});

test('A5: a channel that takes nothing for long keeps no CRITICAL for 60 s, nor one that comes while it is held', async (context) => {
  const world = await start(context);
  world.setMood('used-up', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 2 * SECOND);
  expect(texts(world, 'line')[0]).toContain('Slack takes no more messages for now, so this comes here.');
  await world.event({ id: 'other', alertType: 'database_corrupt' });
  await pass(world, 2 * SECOND);
  expect(heads(world, 'line')).toEqual(['CRITICAL', 'CRITICAL']);
});

test('A5: summaries fall back; digests, warnings and INFOs do not', async (context) => {
  const world = await start(context);
  await world.event({ id: 'down-1' });
  await world.event({ id: 'down-2' });
  await world.event({ id: 'warn', level: 'warning', alertType: 'cpu_high' });
  await world.deliverDue();
  world.setMood('down', 'slack');
  await world.event({ id: 'i', kind: 'info', level: 'info', alertType: 'backup_ok' });
  world.clock.advance(15 * MINUTE);
  await world.tick();
  await pass(world, 70 * SECOND);
  expect(texts(world, 'line').map((text) => text.split('\n')[1])).toEqual(['1 alerts suppressed']);
});

test('A5: two alerters that look at once fall back once, and a clock that goes back delays it by no more than a wait', async (context) => {
  const world = await start(context);
  world.setMood('down', 'slack');
  await world.event({ id: 'down' });
  await pass(world, 30 * SECOND);
  world.clock.advance(-60 * MINUTE);
  await pass(world, 62 * SECOND);
  expect(heads(world, 'line')).toEqual(['CRITICAL']);
});
