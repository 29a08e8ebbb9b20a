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
const logged = (world: Simulation, event: string) => world.lines.filter((line) => line.event === event);

test.each([
  ['no JSON', '{'],
  ['another shape', '{"service":"x"}'],
])('a record that is %s is set aside, and those behind it reach the read model', async (_title, bad) => {
  const world = await createSimulation(server);
  const queue = createRecordQueue(world.redis, world.setAside, world.clock.now);
  await world.redis.hset('{a}:record:bad#1', 'base', bad, 'rev', '3');
  await world.redis.zadd('{a}:facts', 0, 'bad#1');
  await world.event({ id: 'down' });
  // One at a time: a whole look of unreadable ones must not read as "nothing left".
  const [dirty] = await queue.dirty(1);
  expect(dirty?.record).toMatchObject({ alertType: 'process_down', state: 'open' });
  expect(logged(world, 'record.unreadable')).toMatchObject([{ id: 'bad#1', key: '{a}:unreadable:record:bad#1' }]);
  expect(await world.redis.get('{a}:unreadable:record:bad#1')).toContain(JSON.stringify(bad));
  expect(await world.redis.zscore('{a}:facts', 'bad#1')).toBeNull();
  world.close();
});

test.each([
  ['is no JSON', 'x'],
  ['is of another shape', '{"nid":"x"}'],
  ['is gone', null],
])('a row of the outbox that %s is set aside and shown as dead; the recovery behind it goes', async (_title, bad) => {
  const world = await createSimulation(server);
  const queue = createRecordQueue(world.redis, world.setAside, world.clock.now);
  await world.event({ id: 'down' });
  const [key = ''] = await world.redis.keys('{a}:out:*:slack:1');
  if (bad === null) await world.redis.hdel(key, 'row');
  else await world.redis.hset(key, 'row', bad);
  await world.event({ id: 'up', kind: 'clear' });
  await world.settle();
  expect(world.arrivals.slack.map((one) => one.text.split(']')[0])).toEqual(['[RECOVERED']);
  expect(world.arrivals.mail).toHaveLength(2);
  const nid = key.slice('{a}:out:'.length);
  expect(logged(world, 'notice.unreadable')).toMatchObject([{ id: nid }]);
  expect(await world.redis.exists(`{a}:unreadable:notice:${nid}`)).toBe(1);
  const [dirty] = await queue.dirty(10);
  const states = dirty?.record.notices.map((one) => [one.channel, one.kind, one.state]);
  expect(states).toContainEqual(['slack', 'raise', 'dead']);
  expect(states).toContainEqual(['slack', 'recovery', 'sent']);
  world.close();
});

test('a document that cannot be read is set aside and begun anew; summaries and later CRITICALs go on', async (context) => {
  const world = await start(context);
  for (const id of ['a', 'b']) await world.event({ id, alertType: 'sick' });
  for (const id of ['c', 'd']) await world.event({ id, alertType: 'fine' });
  await world.redis.hset('{a}:doc:alert/ailife/sick', 'json', '{"st":"open"}');
  await world.redis.hset('{a}:doc:service/ailife', 'json', '{');
  await world.settle();
  expect(logged(world, 'document.unreadable').map((line) => line.id)).toEqual(
    expect.arrayContaining(['alert/ailife/sick', 'service/ailife']),
  );
  expect(world.arrivals.slack.filter((one) => one.text.includes('1 alerts suppressed'))).toHaveLength(1);
  expect(await world.event({ id: 'e', alertType: 'sick' })).toBe('raised');
  expect(await world.redis.get('{a}:unreadable:document:alert/ailife/sick')).toBe('{"st":"open"}');
});

test('an entry of the agenda that nobody knows is said and taken off', async (context) => {
  const world = await start(context);
  await world.redis.zadd('{a}:agenda', 0, 'garbage');
  await world.event({ id: 'a' });
  await world.event({ id: 'b' });
  await world.settle();
  expect(logged(world, 'agenda.unreadable')[0]).toMatchObject({ entry: 'garbage' });
  expect(world.arrivals.slack.map((one) => one.text.split(']')[0])).toEqual(['[CRITICAL', '[INFO']);
});
