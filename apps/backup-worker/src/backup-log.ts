import path from 'node:path';
import type { BackupRun } from '@yoban/shared/contracts/backup';
import { appendFixedName } from '@yoban/shared/fixed-name-file';
import type { Log } from '@yoban/shared/logger';
import { makeFolder } from '@yoban/shared/make-folder';

/** `logs/backup.log`: one JSON line a run, for people and scripts. */
export interface BackupLog {
  write(run: BackupRun): void;
}

export function openBackupLog(logsDir: string, log: Log): BackupLog {
  const file = path.join(logsDir, 'backup.log');
  return {
    write: (run) => {
      try {
        makeFolder(logsDir, { mode: 0o700 });
        appendFixedName(file, `${JSON.stringify(lineOf(run))}\n`);
      } catch (error) {
        // The catalog has the run; a full log disk must not make a good backup look failed.
        log.warn({ event: 'backup.log_failed', file, err: error });
      }
    },
  };
}

function lineOf(run: BackupRun): Record<string, unknown> {
  const { db, tier, dueAt, trigger, startedAt, endedAt } = run;
  const common = { db, tier, trigger, dueAt, startedAt };
  if (run.state === 'failed') {
    const { code, message, hint } = run;
    return { at: endedAt, severity: 'critical', event: 'backup.failed', ...common, code, message, hint };
  }
  const { path: file, sizeBytes, databaseBytes, sha256, durationMs } = run.file;
  return {
    at: endedAt,
    severity: 'info',
    event: 'backup.ok',
    ...common,
    file,
    sizeBytes,
    databaseBytes,
    sha256,
    durationMs,
  };
}
