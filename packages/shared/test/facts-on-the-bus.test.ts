import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseRedisUrl } from '../src/bus/connection.ts';
import { consume } from '../src/bus/consumer.ts';
import { createProducer } from '../src/bus/producer.ts';
import { type AlertEvent, eventsOf } from '../src/contracts/alert.ts';
import { startDrain } from '../src/facts/drain-facts.ts';
import { factOutboxSql, pendingFacts, putFact } from '../src/facts/fact-outbox.ts';
import { openStore } from '../src/facts/open-store.ts';
import { createStopStack } from '../src/lifecycle.ts';
import { type PrivateRedis, startPrivateRedis } from '../src/testing/private-redis.ts';
import { makeTempDir } from '../src/testing/temp-dir.ts';
import { createTestLog } from '../src/testing/test-log.ts';
import { waitFor } from '../src/testing/wait-for.ts';

let redis: PrivateRedis;
const temp = makeTempDir();
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterAll(async () => {
  await redis.stop();
  temp.remove();
});

const event = (id: string): AlertEvent => ({
  id,
  kind: 'info',
  level: 'info',
  service: 'a',
  alertType: 'backup_ok',
  at: '2026-03-11T06:30:00.000Z',
  params: {},
  lastError: null,
  incidentId: null,
});

test('A5: facts written while Redis is dead arrive once each, in order, when it is back', async () => {
  const { log } = createTestLog();
  const stop = createStopStack(log);
  const options = parseRedisUrl(redis.url);
  const db = openStore(path.join(temp.dir, 's.sqlite'), [factOutboxSql]);
  const producer = createProducer(options, log);
  const seen: string[] = [];
  consume({
    queue: 'alertEvent',
    redis: options,
    log,
    stop,
    handle: async (job) => void seen.push(...eventsOf(job).map(({ id }) => id)),
  });
  const drain = startDrain(db, { producer, intake: null, log, stop });

  putFact(db, 'alertEvent', 'e1', event('e1'));
  drain.wake();
  await waitFor('the first fact', () => seen.length === 1);

  await redis.kill('SIGKILL');
  for (const id of ['e2', 'e3', 'e4']) {
    putFact(db, 'alertEvent', id, event(id));
    drain.wake();
  }
  await redis.start();
  await waitFor('the others', () => seen.length >= 4);
  expect(seen).toEqual(['e1', 'e2', 'e3', 'e4']);
  await waitFor('an empty outbox', () => pendingFacts(db, 10).length === 0);

  await stop.run();
  await producer.close();
  db.close();
});
