import { parseRedisUrl } from '../bus/connection.ts';
import { createProducer, type Producer } from '../bus/producer.ts';
import { createTestLog } from './test-log.ts';
import { waitFor } from './wait-for.ts';

/** Resolves when the bus answers: a busy machine may not give Redis its turn within the second that a producer waits for its connection. */
export const untilBusAnswers = (bus: Pick<Producer, 'ping'>): Promise<unknown> =>
  waitFor('the bus', () =>
    bus.ping().then(
      () => true,
      () => false,
    ),
  );

/** A producer on a test's own Redis whose connection stands. */
export async function readyProducer(redisUrl: string): Promise<Producer> {
  const producer = createProducer(parseRedisUrl(redisUrl), createTestLog().log);
  await untilBusAnswers(producer);
  return producer;
}
