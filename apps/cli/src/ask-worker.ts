import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRedisUrl } from '@yoban/shared/bus/connection';
import { createProducer, jobIdOf, type Producer } from '@yoban/shared/bus/producer';
import { BackupRun, type Tier } from '@yoban/shared/contracts/backup';
import { asOpsError, OpsError } from '@yoban/shared/errors';
import { heartbeatAgeMs, heartbeatMaxAgeMs } from '@yoban/shared/heartbeat';
import { createLogger } from '@yoban/shared/logger';
import type { FoundKit } from './find-kit.ts';

export type WorkerAnswer =
  | { answered: true; run: BackupRun }
  /** Nobody will do it: the caller may do it itself. */
  | { answered: false; reason: 'noRedisUrl' | 'noWorker' | 'noBus' | 'workerGone' };

export interface AskOptions {
  signal: AbortSignal;
  now: () => number;
  onAsked: () => void;
}

const lookEveryMs = 150;

/**
 * Asks the backup worker over the bus for a backup and waits for its run. A request that no living worker took is taken back,
 * so that it cannot be done twice.
 * @throws OpsError BUS_UNAVAILABLE when the bus goes away while the worker is at it, or what the worker refused it with.
 */
export async function askWorker(
  { kit }: FoundKit,
  want: { db: string; tier: Tier },
  options: AskOptions,
): Promise<WorkerAnswer> {
  if (!kit.env.redisUrl) return { answered: false, reason: 'noRedisUrl' };
  const isAlive = () => {
    const ageMs = heartbeatAgeMs(kit.paths.run, 'backup-worker', options.now());
    return ageMs !== null && ageMs < heartbeatMaxAgeMs;
  };
  if (!isAlive()) return { answered: false, reason: 'noWorker' };
  const producer = createProducer(parseRedisUrl(kit.env.redisUrl), createLogger('cli', 'silent'));
  const requestId = randomUUID();
  try {
    await producer.add('backupRun', requestId, { ...want, requestId, dueAt: null, trigger: 'manual', actor: 'cli' });
    options.onAsked();
    return await waitForRun(producer, requestId, isAlive, options.signal);
  } catch (error) {
    if (asOpsError(error).code === 'BUS_UNAVAILABLE') return { answered: false, reason: 'noBus' };
    throw error;
  } finally {
    await producer.close();
  }
}

async function waitForRun(
  producer: Producer,
  requestId: string,
  isAlive: () => boolean,
  signal: AbortSignal,
): Promise<WorkerAnswer> {
  const queue = await producer.queue('backupRun');
  for (;;) {
    const job = await queue.getJob(jobIdOf(requestId));
    if (!job) throw new OpsError('BACKUP_INTERRUPTED', 'the request vanished from the queue');
    const state = await job.getState();
    // Read anew: it may have ended after `job` was read, which then knows nothing of its end.
    const ended = state === 'completed' || state === 'failed' ? await queue.getJob(job.id ?? '') : undefined;
    if (ended && state === 'completed') return { answered: true, run: BackupRun.parse(ended.returnvalue) };
    if (ended) throw new OpsError('BACKUP_FAILED', ended.failedReason);
    const waits = state !== 'active';
    if (waits && (!isAlive() || signal.aborted) && (await takenBack(job))) {
      if (signal.aborted) throw new OpsError('BACKUP_INTERRUPTED', 'stopped before the backup began');
      return { answered: false, reason: 'workerGone' };
    }
    if (signal.aborted)
      throw new OpsError('BACKUP_INTERRUPTED', 'no longer waiting; the worker goes on with the backup');
    await sleep(lookEveryMs);
  }
}

/** False when a worker took the job at this very moment. */
async function takenBack(job: { remove(): Promise<void> }): Promise<boolean> {
  try {
    await job.remove();
    return true;
  } catch (error) {
    if (error instanceof Error && /locked/i.test(error.message)) return false;
    throw error;
  }
}
