import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { parseRedisUrl } from '../src/bus/connection.ts';
import { consume } from '../src/bus/consumer.ts';
import type { AlertEvent } from '../src/contracts/alert.ts';
import { createStopStack } from '../src/lifecycle.ts';
import { startPrivateRedis } from '../src/testing/private-redis.ts';
import { readyProducer } from '../src/testing/ready-producer.ts';
import { createTestLog } from '../src/testing/test-log.ts';
import { waitFor } from '../src/testing/wait-for.ts';

const eventOf = (id: string): AlertEvent => ({
  ...{ id, kind: 'info', level: 'info', service: 'ailife', alertType: 'backup_ok', at: '2026-03-11T06:00:00.000Z' },
  ...{ params: {}, lastError: null, incidentId: null },
});

test('A5: jobs begin in the order they were added, many at once', async ({ onTestFinished }) => {
  // What it keeps does not matter here, and a thousand waits for the disk take long.
  const redis = await startPrivateRedis({ appendonly: false });
  const { log } = createTestLog();
  const stop = createStopStack(log);
  const address = parseRedisUrl(redis.url);
  const producer = await readyProducer(redis.url);
  onTestFinished(async () => {
    await producer.close();
    await stop.run();
    await redis.stop();
  });
  const begun: number[] = [];
  const handle = async ({ id }: { id: string }) => {
    begun.push(Number(id));
    // Ends that come in another order than the beginnings, as those of decisions do.
    await sleep(Number(id) % 4);
  };
  consume({
    queue: 'alertEvent',
    redis: address,
    log,
    stop,
    concurrency: 64,
    handle: (job) => handle(job as AlertEvent),
  });
  const numbers = Array.from({ length: 1_000 }, (_, number) => number);
  for (const number of numbers) await producer.add('alertEvent', String(number), eventOf(String(number)));
  await waitFor('all of them', () => begun.length === numbers.length);
  expect(begun).toEqual(numbers);
});
