import type { DatabaseConfig } from '@yoban/shared/config/kit-config';
import type { BackupRun, BackupTrigger, Tier } from '@yoban/shared/contracts/backup';
import type { Log } from '@yoban/shared/logger';
import { type TakeBackupDeps, type TakeBackupResult, takeBackup as take } from '@yoban/sqlite-tools/take-backup';
import { lookAtWal } from './look-at-wal.ts';

export interface WantedBackup {
  db: DatabaseConfig;
  tier: Tier;
  dueAtMs: number;
  trigger: BackupTrigger;
}

export interface TakeBackupJobDeps extends TakeBackupDeps {
  log: Log;
}

/** One run from the configuration's words to the logs': the catalog's outcome and facts are written inside `take`. */
export async function takeBackup(wanted: WantedBackup, deps: TakeBackupJobDeps): Promise<TakeBackupResult> {
  const { db, tier, dueAtMs, trigger } = wanted;
  const { keep, keepFor, gzip } = db.tiers[tier];
  const result = await take(
    {
      db: { name: db.name, path: db.path, requiredTables: db.requiredTables },
      ...{ tier, gzip, dueAtMs, trigger },
      rotation: { keep, keepForMs: keepFor },
    },
    deps,
  );
  if (result.outcome === 'skipped') {
    deps.log.info({ event: 'backup.skipped', db: db.name, tier, trigger, reason: result.reason });
    return result;
  }
  logRun(result.run, deps.log);
  if (result.outcome === 'ok') {
    if (result.rotatedOut > 0) deps.log.info({ event: 'backup.rotated', db: db.name, tier, files: result.rotatedOut });
    if (result.rotationError) {
      const { code, message } = result.rotationError;
      deps.log.warn({ event: 'backup.rotation_failed', db: db.name, tier, code, detail: message });
    }
  }
  await lookAtWal(db, { catalog: deps.catalog.db, log: deps.log, now: deps.now });
  return result;
}

function logRun(run: BackupRun, log: Log): void {
  const { db, tier, trigger } = run;
  if (run.state === 'ok') {
    const { sizeBytes, durationMs, path: file } = run.file;
    log.info({ event: 'backup.verified', db, tier, trigger, sizeBytes, durationMs, file });
  } else {
    log.error({ event: 'backup.failed', db, tier, trigger, code: run.code, detail: run.message, hint: run.hint });
  }
}
