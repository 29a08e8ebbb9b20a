import { type JobsOptions, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { z } from 'zod';
import { atMost, late } from '../at-most.ts';
import { atMostAwake } from '../at-most-awake.ts';
import { OpsError } from '../errors.ts';
import type { Log } from '../logger.ts';
import { busPrefix, impatient, type RedisAddress } from './connection.ts';
import { type PayloadOf, type QueueKey, type QueueSpec, queues } from './queues.ts';

export interface Producer {
  /**
   * Adds a job once: a second add with the same id is a no-op while the first is kept.
   * @throws OpsError BUS_UNAVAILABLE when Redis does not take it now.
   */
  add<K extends QueueKey>(queue: K, jobId: string, payload: PayloadOf<K>): Promise<void>;
  /** The same for several jobs in one round trip. After an error any number of them may have been taken: add all of them again. */
  addAll<K extends QueueKey>(queue: K, jobs: readonly { jobId: string; payload: PayloadOf<K> }[]): Promise<void>;
  /**
   * The queue itself, for what needs more than adding (schedulers, waiting for a result, the queue pages).
   * @throws OpsError BUS_UNAVAILABLE when Redis is away now.
   */
  queue(key: QueueKey): Promise<Queue>;
  /** Resolves when Redis has answered within 2 s, in which this process had time to hear it. @throws OpsError BUS_UNAVAILABLE */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const keepDone = { age: 3_600, count: 1_000 };
const keepFailed = { age: 7 * 86_400, count: 5_000 };

/** BullMQ refuses `:` and whole numbers as job ids; the mapping must not make two ids one. */
export const jobIdOf = (id: string): string => `j-${id.replaceAll('%', '%25').replaceAll(':', '%3A')}`;

const readyWaitMs = 1_000;
const answerLimitMs = 2_000;
const closeLimitMs = 1_000;

/** Producer for all queues over one connection that fails at once when Redis is away (the caller's outbox keeps the fact). */
export function createProducer(redis: RedisAddress, log: Log): Producer {
  const connection = new Redis({ ...impatient(redis), lazyConnect: true });
  connection.on('error', (error) => log.debug({ event: 'bus.error', err: error }));
  const open = new Map<QueueKey, Queue>();
  const addedAt = risingTime();

  const queueOf = async (key: QueueKey): Promise<Queue> => {
    await untilReady(connection);
    const known = open.get(key);
    if (known) return known;
    const made = openQueue(key, connection, log);
    open.set(key, made);
    // Its first word can be refused all the same, by a Redis that ends just then: the next caller gets a new one.
    made.waitUntilReady().catch(() => {
      open.delete(key);
      made.close().catch(() => undefined);
    });
    return made;
  };
  return {
    add: async (key, jobId, payload) => {
      const parsed = queues[key].payload.parse(payload);
      const queue = await queueOf(key);
      try {
        await queue.add(queues[key].name, parsed, optionsOf(key, jobId, parsed, addedAt()));
      } catch (error) {
        throw notTaken(key, error);
      }
    },
    addAll: async (key, jobs) => {
      const { name, payload: schema } = queues[key];
      const bulk = jobs.map(({ jobId, payload }) => {
        const data = schema.parse(payload);
        return { name, data, opts: optionsOf(key, jobId, data, addedAt()) };
      });
      if (bulk.length === 0) return;
      const queue = await queueOf(key);
      try {
        await queue.addBulk(bulk);
      } catch (error) {
        throw notTaken(key, error);
      }
    },
    queue: queueOf,
    ping: async () => {
      const noConnection = (cause: unknown) => new OpsError('BUS_UNAVAILABLE', 'no connection', { cause });
      await untilReady(connection).catch((error: unknown) => Promise.reject(noConnection(error)));
      const outcome = await atMostAwake(connection.ping(), answerLimitMs).catch((error: unknown) => {
        throw noConnection(error);
      });
      // A Redis that is stopped keeps its connections open: only the missing answer shows it.
      if (outcome === late) throw new OpsError('BUS_UNAVAILABLE', 'connected, but no answer');
    },
    close: async () => {
      // With Redis away a queue waits for it; what was added is there or was refused, so nothing is lost by leaving.
      await atMost(Promise.allSettled([...open.values()].map((one) => one.close())), closeLimitMs);
      connection.disconnect();
    },
  };
}

const notTaken = (key: QueueKey, cause: unknown): OpsError =>
  new OpsError('BUS_UNAVAILABLE', `Redis did not take a job for ${queues[key].name}`, { cause });

function optionsOf(key: QueueKey, jobId: string, payload: unknown, timestamp: number): JobsOptions {
  const spec: QueueSpec<z.ZodType> = queues[key];
  const priority = spec.priorityOf?.(payload) ?? spec.priority;
  return { jobId: jobIdOf(jobId), priority, timestamp, ...(spec.isList?.(payload) && { removeOnComplete: true }) };
}

/** Epoch ms, no two alike: consumers go by it where they take several jobs at once. */
function risingTime(): () => number {
  let last = 0;
  return () => {
    last = Math.max(Date.now(), last + 1);
    return last;
  };
}

function openQueue(key: QueueKey, connection: Redis, log: Log): Queue {
  const { name, attempts } = queues[key];
  const queue = new Queue(name, {
    connection,
    prefix: busPrefix,
    defaultJobOptions: {
      attempts,
      backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
      removeOnComplete: keepDone,
      removeOnFail: keepFailed,
    },
  });
  queue.on('error', (error) => log.debug({ event: 'bus.error', queue: name, err: error }));
  return queue;
}

/** A queue made before the connection stands would be broken for good: its first INFO is refused and that answer is kept. */
async function untilReady(connection: Redis): Promise<void> {
  if (connection.status === 'ready') return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  connection.once('ready', resolve);
  if (connection.status === 'wait') connection.connect().catch(reject);
  const outcome = await atMostAwake(promise, readyWaitMs)
    .catch((cause: unknown) => {
      throw new OpsError('BUS_UNAVAILABLE', 'Redis does not answer', { cause });
    })
    .finally(() => connection.off('ready', resolve));
  if (outcome === late) throw new OpsError('BUS_UNAVAILABLE', 'Redis does not answer');
}
