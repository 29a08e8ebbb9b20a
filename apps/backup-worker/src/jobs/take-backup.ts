import { stat } from 'node:fs/promises';
import type { DatabaseConfig } from '@yoban/shared/config/kit-config';
import type { BackupRun, BackupTrigger, Tier } from '@yoban/shared/contracts/backup';
import { hasErrno } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { snapshotLimits } from '@yoban/sqlite-tools/snapshot';
import { type TakeBackupDeps, type TakeBackupResult, takeBackup as take } from '@yoban/sqlite-tools/take-backup';

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
  await reportLargeWal(db, deps.log);
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

/** B2: a log that grows without bound is told, never truncated; its own application's checkpoints must do that. */
async function reportLargeWal(db: DatabaseConfig, log: Log): Promise<void> {
  try {
    const { size } = await stat(`${db.path}-wal`);
    if (size <= snapshotLimits.walGrowthBytes) return;
    log.warn({ event: 'backup.wal_large', db: db.name, walBytes: size, limitBytes: snapshotLimits.walGrowthBytes });
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR')) throw error;
  }
}
