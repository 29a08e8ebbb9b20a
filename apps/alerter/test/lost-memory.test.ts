import { DAY } from '@yoban/shared/contracts/time';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRecordQueue } from '../src/store/record-queue.ts';
import { createSimulation, type Simulation } from './support/simulation.ts';

let server: PrivateRedis;
beforeAll(async () => {
  server = await startPrivateRedis();
});
afterAll(() => server.stop());

const doc = '{a}:doc:alert/ailife/process_down';

/** A CRITICAL comes and goes, its memory ends by `forget`, and it comes back: what the read model was told, and every notice id. */
async function comesBack(forget: (world: Simulation) => Promise<void>) {
  const world = await createSimulation(server);
  const queue = createRecordQueue(world.redis, world.setAside, world.clock.now);
  const facts: string[] = [];
  const told = async () => {
    for (const dirty of await queue.dirty(50)) {
      facts.push(`${dirty.record.id}-v${dirty.rev} ${dirty.record.state}`);
      await queue.clean([dirty]);
    }
  };
  await world.event({ id: 'down-1' });
  await told();
  await world.event({ id: 'up-1', kind: 'clear' });
  await world.settle();
  await told();
  await forget(world);
  world.clock.advance(8 * DAY);
  await world.event({ id: 'down-2' });
  await told();
  await world.settle();
  const nids = world.arrivals.mail.map((one) => one.nid);
  const state = facts.at(-1)?.split(' ')[1];
  world.close();
  return { facts, nids, state };
}

test.each([
  [
    'after a week of quiet',
    async ({ redis }: Simulation) => {
      expect(await redis.pttl(doc)).toBeGreaterThan(6 * DAY);
      // Redis keeps real time, the world its own: the end of the week is made here.
      await redis.del(doc);
    },
  ],
  ['after Redis was lost', async ({ redis }: Simulation) => void (await redis.flushall())],
])('A4: a CRITICAL that comes back %s is an incident of its own: record, facts and mails', async (_title, forget) => {
  const { facts, nids, state } = await comesBack(forget);
  expect(state).toBe('open');
  expect(new Set(facts).size).toBe(facts.length);
  expect(new Set(facts.map((fact) => fact.split('-v')[0])).size).toBe(2);
  expect(nids).toHaveLength(3);
  expect(new Set(nids).size).toBe(3);
});
