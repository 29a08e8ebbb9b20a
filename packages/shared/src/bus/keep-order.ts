import { setImmediate as turn } from 'node:timers/promises';
import type { Job, Worker } from 'bullmq';
import { atMost } from '../at-most.ts';

/** The order is worth a moment, never the job: one that was taken and does not begin must not keep the others from it. */
const waitMaxMs = 1_000;

/**
 * A worker of several jobs at once gets them by two ways, with the end of one before or by asking, and what came by one may begin while
 * an older one that came by the other still waits for its turn: about one in a hundred. Here a job begins when all that were
 * taken from the queue with it and are older have begun; which is older is said by the time that the producer gave it. What it gives
 * resolves when the job may begin; each job must ask it, or those behind wait a second for it.
 */
export function keepOrder(worker: Worker): (job: Job) => Promise<void> {
  const taken = new Map<Job['id'], { at: number; begun: Promise<void>; begin: () => void }>();
  const begin = (id: Job['id']): void => {
    taken.get(id)?.begin();
    taken.delete(id);
  };
  worker.on('active', ({ id, timestamp: at }) => {
    begin(id);
    const { promise, resolve } = Promise.withResolvers<void>();
    taken.set(id, { at, begun: promise, begin: resolve });
  });
  return async (job) => {
    // Answers that came together are all known a turn later.
    await turn();
    const older = [...taken].filter(([, { at }]) => at < job.timestamp);
    if (older.length > 0) await atMost(Promise.all(older.map(([, { begun }]) => begun)), waitMaxMs);
    for (const [id] of older) begin(id);
    begin(job.id);
  };
}
