import { once } from 'node:events';
import { createServer } from 'node:http';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { expect, type TestContext, test } from 'vitest';
import { createAlerterIntake } from '../src/bus/alerter-intake.ts';
import type { Producer } from '../src/bus/producer.ts';
import type { AlertEvent } from '../src/contracts/alert.ts';
import { Incident } from '../src/contracts/incident.ts';
import { IntakeBody } from '../src/contracts/intake.ts';
import { type Drain, startDrain } from '../src/facts/drain-facts.ts';
import { factOutboxSql, pendingFacts, putFact } from '../src/facts/fact-outbox.ts';
import { openStore } from '../src/facts/open-store.ts';
import { createStopStack } from '../src/lifecycle.ts';
import { startOwnTime } from '../src/testing/own-time.ts';
import { type PrivateRedis, startPrivateRedis } from '../src/testing/private-redis.ts';
import { readyProducer } from '../src/testing/ready-producer.ts';
import { makeTempDir } from '../src/testing/temp-dir.ts';
import { createTestLog } from '../src/testing/test-log.ts';
import { waitFor } from '../src/testing/wait-for.ts';

const event = (id: string): AlertEvent => ({
  id,
  kind: 'raise',
  level: 'critical',
  service: 'a',
  alertType: 'process_down',
  at: '2026-03-11T06:30:00.000Z',
  params: {},
  lastError: null,
  incidentId: null,
});

interface World {
  redis: PrivateRedis;
  producer: Producer;
  db: Database;
  drain: Drain;
  lines: Record<string, unknown>[];
  /** Ids the door took. */
  taken: string[];
  /** What the door answers. */
  door: { status: number };
  put(id: string): void;
}

/** A store with its drain, a Redis of its own, and a stand-in for the alerter's door. */
async function worldOf({ onTestFinished }: TestContext): Promise<World> {
  const redis = await startPrivateRedis();
  const temp = makeTempDir();
  const { log, lines } = createTestLog();
  const stop = createStopStack(log);
  const taken: string[] = [];
  const door = { status: 200 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (door.status === 200) {
        for (const one of IntakeBody.parse(JSON.parse(Buffer.concat(chunks).toString()))) taken.push(one.id);
      }
      response.writeHead(door.status).end(JSON.stringify({ detail: 'as the test says' }));
    });
  });
  const socket = path.join(temp.dir, 'a.sock');
  server.listen(socket);
  await once(server, 'listening');
  const producer = await readyProducer(redis.url);
  const db = openStore(path.join(temp.dir, 's.sqlite'), [factOutboxSql]);
  const drain = startDrain(db, { producer, intake: createAlerterIntake({ socket }), log, stop });
  onTestFinished(async () => {
    await stop.run();
    await producer.close();
    db.close();
    server.close();
    await redis.stop();
    temp.remove();
  });
  const put = (id: string) => {
    putFact(db, 'alertEvent', id, event(id));
    drain.wake();
  };
  return { redis, producer, db, drain, lines, taken, door, put };
}
const emptied = ({ db }: World) => waitFor('an empty outbox', () => pendingFacts(db, 10).length === 0);
const jobs = async ({ producer }: World) =>
  (await (await producer.queue('alertEvent')).getJobs(['prioritized', 'waiting'])).map((job) => job.data.id).toSorted();

test('A5: with Redis dead, alert events go to the alerter after 2 s, in order, and only those', async (context) => {
  const world = await worldOf(context);
  await world.redis.kill();
  const began = performance.now();
  putFact(world.db, 'fact', 'f1', {
    type: 'incident',
    id: 'f1',
    at: '2026-03-11T06:30:00.000Z',
    incident: Incident.parse({
      ...{ id: 'i', service: 'a', fault: 'process_down', recoveredAt: null, lastError: null, recoveredBy: null },
      ...{ detectedAt: '2026-03-11T06:30:00.000Z', alertedAt: null, cause: 'x' },
    }),
  });
  for (const id of ['e1', 'e2', 'e3']) world.put(id);
  await waitFor('the alert events', () => world.taken.length === 3);
  expect(performance.now() - began).toBeGreaterThanOrEqual(2_000);
  expect(world.taken).toEqual(['e1', 'e2', 'e3']);
  await waitFor(
    'what is left',
    () =>
      pendingFacts(world.db, 10)
        .map((row) => row.id)
        .join() === 'f1',
  );
  const ownTime = startOwnTime();
  world.put('e4');
  await waitFor('the next one', () => world.taken.length === 4);
  // It does not wait out the 2 s again, only a try that is under way: up to 1 s for a connection.
  expect(ownTime()).toBeLessThan(2_000);
  await world.redis.start();
  await emptied(world);
  expect(await jobs(world)).toEqual([]);
});

test('A5: a Redis that is stopped and answers nothing counts as away until it answers again', async (context) => {
  const world = await worldOf(context);
  world.put('e1');
  await emptied(world);
  process.kill(world.redis.pid, 'SIGSTOP');
  world.put('e2');
  await waitFor('the door', () => world.taken.length === 1);
  const ownTime = startOwnTime();
  world.put('e3');
  await waitFor('the next one', () => world.taken.length === 2);
  // Not the 2 s again; put in the last moment of a try, it comes with the next, 1 s later.
  expect(ownTime()).toBeLessThan(2_000);
  process.kill(world.redis.pid, 'SIGCONT');
  // e2 was on its way: it took both ways, and has one id.
  await waitFor('the job that hung', async () => (await jobs(world)).join() === 'e1,e2');
  await waitFor('the bus', () => world.lines.some((line) => line.event === 'facts.bus_back'));
  world.put('e4');
  await emptied(world);
  expect([world.taken, await jobs(world)]).toEqual([
    ['e2', 'e3'],
    ['e1', 'e2', 'e4'],
  ]);
});

test('A5: what the alerter does not take stays for the bus', async (context) => {
  const world = await worldOf(context);
  world.door.status = 507;
  await world.redis.kill();
  world.put('e1');
  await waitFor('the refusal', () => world.lines.some((line) => line.event === 'facts.intake_away'));
  expect(pendingFacts(world.db, 10).map((row) => row.id)).toEqual(['e1']);
  expect(JSON.stringify(world.lines)).toContain('it answered 507: as the test says');
  await world.redis.start();
  await emptied(world);
  expect([world.taken, await jobs(world)]).toEqual([[], ['e1']]);
});
