import { Queue, type RedisOptions } from 'bullmq';
import { OpsError } from '../errors.ts';
import type { Log } from '../logger.ts';
import { busPrefix, impatient } from './connection.ts';
import { type PayloadOf, type QueueKey, queues } from './queues.ts';

export interface Producer {
  /**
   * Adds a job once: a second add with the same id is a no-op while the first is kept.
   * @throws OpsError BUS_UNAVAILABLE when Redis does not take it now.
   */
  add<K extends QueueKey>(queue: K, jobId: string, payload: PayloadOf<K>): Promise<void>;
  /** The queue itself, for what needs more than adding (schedulers, waiting for a result). */
  queue(key: QueueKey): Queue;
  close(): Promise<void>;
}

const keepDone = { age: 3_600, count: 1_000 };
const keepFailed = { age: 7 * 86_400, count: 5_000 };

/** BullMQ refuses `:` and whole numbers as job ids; the mapping must not make two ids one. */
export const jobIdOf = (id: string): string => `j-${id.replaceAll('%', '%25').replaceAll(':', '%3A')}`;

/** Producer for all queues over one connection that fails at once when Redis is away (the caller's outbox keeps the fact). */
export function createProducer(redis: RedisOptions, log: Log): Producer {
  const open = new Map<QueueKey, Queue>();
  const get = (key: QueueKey): Queue => {
    const known = open.get(key);
    if (known) return known;
    const made = new Queue(queues[key].name, {
      connection: impatient(redis),
      prefix: busPrefix,
      skipWaitingForReady: true,
      defaultJobOptions: {
        attempts: queues[key].attempts,
        backoff: { type: 'exponential', delay: 500, jitter: 0.5 },
        removeOnComplete: keepDone,
        removeOnFail: keepFailed,
        priority: queues[key].priority,
      },
    });
    made.on('error', (error) => log.debug({ event: 'bus.error', queue: queues[key].name, err: error }));
    open.set(key, made);
    return made;
  };
  return {
    add: async (key, jobId, payload) => {
      const parsed = queues[key].payload.parse(payload);
      try {
        await get(key).add(queues[key].name, parsed, { jobId: jobIdOf(jobId) });
      } catch (error) {
        throw new OpsError('BUS_UNAVAILABLE', `Redis did not take a job for ${queues[key].name}`, { cause: error });
      }
    },
    queue: get,
    close: async () => {
      await Promise.allSettled([...open.values()].map((one) => one.close()));
    },
  };
}
