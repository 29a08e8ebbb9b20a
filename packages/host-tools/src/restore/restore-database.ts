import { stat } from 'node:fs/promises';
import type { DatabaseConfig } from '@yoban/shared/config/yoban-config';
import { asOpsError, hasErrno, OpsError } from '@yoban/shared/errors';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { type GuardedService, type RestoreReport, restore } from '@yoban/sqlite-tools/restore';
import { type RestoreCandidate, restoreCandidates } from '@yoban/sqlite-tools/restore-candidates';
import { createSqliteProbe } from '../policy-probes/sqlite.ts';
import { createNoSupervisor } from '../supervisors/none.ts';
import { openCatalogIfThere } from './open-catalog-if-there.ts';
import { provenFirst } from './proven-first.ts';

export interface RestoreDatabaseRequest {
  db: Pick<DatabaseConfig, 'name' | 'path' | 'requiredTables'>;
  backupDir: string;
  /** Stopped and started around it; null when no service guards the database. */
  guard: GuardedService | null;
}

export interface RestoreDatabaseDeps {
  /** `YOBAN_HOME/run/locks`. */
  locksDir: string;
  zone: string;
  now: () => number;
}

export interface RestoredDatabase {
  report: RestoreReport;
  /** What was written after the backup was taken and is gone, in whole minutes, rounded up. */
  lossMinutes: number;
  /** Newer backups that turned out bad, newest first. */
  passedOver: { path: string; why: string }[];
}

/**
 * Unattended restore (R4): the newest backup that is good, each one verified before anything is stopped, takes the place of a database
 * that is proven bad. When the signal fires, no further backup is tried; one that is under way is ended as any restore.
 * @throws OpsError RESTORE_NOT_NEEDED for a sound database or one that cannot be judged now, BACKUP_NOT_FOUND, RESTORE_CANDIDATE_BAD
 * when none is good, and all that `restore` throws
 */
export async function restoreDatabase(
  { db, backupDir, guard }: RestoreDatabaseRequest,
  deps: RestoreDatabaseDeps,
  signal: AbortSignal,
): Promise<RestoredDatabase> {
  await requireBad(db, deps, signal);
  const writtenAt = (await lastWriteOf(db.path)) ?? deps.now();
  const candidates = provenFirst(await listCandidates(backupDir, db.name));
  const passedOver: RestoredDatabase['passedOver'] = [];
  for (const candidate of candidates) {
    signal.throwIfAborted();
    try {
      const report = await restore({ db, candidate, next: [] }, { ...deps, service: guard });
      const lossMinutes = Math.max(0, Math.ceil((writtenAt - candidate.takenAtMs) / 60_000));
      return { report, lossMinutes, passedOver };
    } catch (thrown) {
      const { code, message } = asOpsError(thrown);
      if (code !== 'RESTORE_CANDIDATE_BAD' && code !== 'BACKUP_NOT_FOUND') throw thrown;
      passedOver.push({ path: candidate.path, why: message });
    }
  }
  if (candidates.length === 0) throw new OpsError('BACKUP_NOT_FOUND', `no backup of ${db.name} in ${backupDir}`);
  throw new OpsError('RESTORE_CANDIDATE_BAD', `none of the ${candidates.length} backups of ${db.name} is good`, {
    fields: { db: db.name, nextGood: null, passedOver },
  });
}

/** SQLite calls an empty file sound. */
const leastBytes = 512;
const judgeMs = 60_000;

/** Whatever asks for it: what a sound database has taken in since its last backup must not be thrown away by a machine. */
async function requireBad(
  { name, path, requiredTables }: RestoreDatabaseRequest['db'],
  { now }: RestoreDatabaseDeps,
  signal: AbortSignal,
): Promise<void> {
  const config: ProbeConfigOf<'sqlite'> = {
    ...{ type: 'sqlite', path, check: 'integrity', requireTables: [...requiredTables], minBytes: leastBytes },
    ...{ every: judgeMs, timeout: judgeMs, fall: 1, rise: 1, startPeriod: 0, role: 'data' },
  };
  const around = { service: name, supervisor: createNoSupervisor(name), home: '/', baseDir: '/', env: {}, now };
  const probe = createSqliteProbe(config, { ...around, process: () => undefined, reported: async () => null });
  const { passes, unknown, detail } = await probe.look(signal);
  if (!passes && !unknown) return;
  const why = unknown ? `${name} cannot be judged now (${detail})` : `${name} is sound`;
  throw new OpsError('RESTORE_NOT_NEEDED', `${why}; nothing was restored`);
}

async function listCandidates(backupDir: string, db: string): Promise<RestoreCandidate[]> {
  // Without a readable catalog the files are still found by their names.
  const catalog = openCatalogIfThere(backupDir, () => undefined);
  try {
    return await restoreCandidates(catalog, backupDir, db);
  } finally {
    catalog?.close();
  }
}

/** By stat alone: this process must not open the file (SQLite process rule 1). */
async function lastWriteOf(file: string): Promise<number | null> {
  const times = await Promise.all([writtenAt(file), writtenAt(`${file}-wal`)]);
  const newest = Math.max(...times);
  return Number.isFinite(newest) ? newest : null;
}

async function writtenAt(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR')) return Number.NEGATIVE_INFINITY;
    throw error;
  }
}
