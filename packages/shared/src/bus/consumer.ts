import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { atMost, late } from '../at-most.ts';
import { asOpsError } from '../errors.ts';
import type { StopStack } from '../lifecycle.ts';
import type { Log } from '../logger.ts';
import { busPrefix, patient, type RedisAddress } from './connection.ts';
import { keepOrder } from './keep-order.ts';
import { lockDurationMs, type PayloadOf, type QueueKey, queues } from './queues.ts';

export interface ConsumerOptions<K extends QueueKey> {
  queue: K;
  redis: RedisAddress;
  log: Log;
  stop: Pick<StopStack, 'push'>;
  /** Jobs at once, 1 unless told; they begin in the order their producer added them. */
  concurrency?: number;
  /** Must be idempotent: a job is delivered at least once. Its return value is the job's result. */
  handle: (payload: PayloadOf<K>, job: Job) => Promise<unknown>;
}

/**
 * The one consumer of a queue: parses the payload at the edge, handles it, logs a failure once. A payload that does not parse
 * fails for good and stays visible in the failed list; every other error is retried as the queue says unless it is not retryable.
 */
export function consume<K extends QueueKey>(options: ConsumerOptions<K>): Worker {
  const spec = queues[options.queue];
  const worker = new Worker(
    spec.name,
    async (job) => {
      await begin(job);
      const parsed = spec.payload.safeParse(job.data);
      if (!parsed.success) {
        options.log.error({ event: 'bus.bad_payload', queue: spec.name, jobId: job.id, issues: parsed.error.issues });
        throw new UnrecoverableError(`payload of ${spec.name} has the wrong shape`);
      }
      return options.handle(parsed.data as PayloadOf<K>, job);
    },
    {
      connection: patient(options.redis),
      prefix: busPrefix,
      concurrency: options.concurrency ?? 1,
      lockDuration: lockDurationMs,
      stalledInterval: spec.stalledIntervalMs,
      // A worker killed in mid-job must not lose it however often it is killed: 1 is BullMQ's default and loses at the second.
      maxStalledCount: 1_000,
      drainDelay: 10,
    },
  );
  const begin = keepOrder(worker);
  worker.on('error', (error) => options.log.debug({ event: 'bus.error', queue: spec.name, err: error }));
  worker.on('failed', (job, error) => {
    const ops = asOpsError(error);
    options.log.error({ event: 'bus.job_failed', queue: spec.name, jobId: job?.id, code: ops.code, err: error });
  });
  options.stop.push(`consumer ${spec.name}`, () => closeWorker(worker));
  return worker;
}

const closeLimitMs = 2_000;

/**
 * Lets a running job end. Without Redis close() waits for it, and a second, forced close() only joins the first: then the worker
 * is left as it is, its job's lock runs out there, and the job is done again.
 */
async function closeWorker(worker: Worker): Promise<void> {
  if ((await atMost(worker.close(), closeLimitMs)) === late) void worker.disconnect();
}
