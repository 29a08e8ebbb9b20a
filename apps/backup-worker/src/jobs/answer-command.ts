import type { BackupCommand, BackupRun } from '@yoban/shared/contracts/backup';
import { OpsError } from '@yoban/shared/errors';
import type { BackupDesk } from '../backup-desk.ts';

export interface AnswerDeps {
  desk: BackupDesk;
  tick: () => Promise<void>;
}

/**
 * A job of queue `backup-run`. A wake-up of the scheduler has no result; a request's result is its run, good or failed.
 * A manual run stands for the moment its job was made, so that a job delivered twice is one backup.
 * @throws OpsError DB_UNKNOWN, BACKUP_INTERRUPTED when another process is at the same run.
 */
export async function answerCommand(
  command: BackupCommand,
  madeAtMs: number,
  { desk, tick }: AnswerDeps,
): Promise<BackupRun | null> {
  if (command.trigger === 'schedule' && command.dueAt === null) {
    await tick();
    return null;
  }
  const dueAtMs = command.dueAt === null ? madeAtMs : Date.parse(command.dueAt);
  const run = await desk.take({ db: command.db, tier: command.tier, dueAtMs, trigger: command.trigger });
  if (run) return run;
  throw new OpsError('BACKUP_INTERRUPTED', `another process is taking the ${command.tier} backup of ${command.db}`);
}
