import type { Producer } from '@yoban/shared/bus/producer';
import { queues } from '@yoban/shared/bus/queues';
import type { BackupCommand } from '@yoban/shared/contracts/backup';
import type { Schedule } from './core/due-runs.ts';

const schedulerId = ({ db, tier }: Pick<Schedule, 'db' | 'tier'>): string => `${db}-${tier}`;

/**
 * One BullMQ job scheduler per database and tier: what the queue pages show, and a wake-up at the second. Its job only makes the
 * worker look at its own schedule (trigger `schedule`, no due time), so that a late or doubled job can never make a backup.
 * Schedulers of databases that are no longer configured go.
 * @throws OpsError BUS_UNAVAILABLE, or what Redis answers; call again later.
 */
export async function keepSchedulers(producer: Producer, schedules: readonly Schedule[]): Promise<void> {
  const queue = await producer.queue('backupRun');
  const wanted = new Set(schedules.map(schedulerId));
  for (const { key } of await queue.getJobSchedulers()) {
    if (!wanted.has(key)) await queue.removeJobScheduler(key);
  }
  for (const schedule of schedules) {
    const { db, tier, cron, zone } = schedule;
    const data: BackupCommand = {
      requestId: `wake-${schedulerId(schedule)}`,
      ...{ db, tier, dueAt: null, trigger: 'schedule', actor: 'schedule' },
    };
    const opts = { priority: queues.backupRun.priority, attempts: queues.backupRun.attempts };
    await queue.upsertJobScheduler(
      schedulerId(schedule),
      { pattern: cron, tz: zone },
      { name: queues.backupRun.name, data, opts },
    );
  }
}
