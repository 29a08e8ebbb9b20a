import type { PayloadOf } from '@yoban/shared/bus/queues';
import type { BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { isoTime } from '@yoban/shared/contracts/time';
import { lastDue } from '@yoban/shared/cron';
import { errorCatalog } from '@yoban/shared/error-catalog';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import { type Catalog, openCatalog, type RecordFacts } from '@yoban/sqlite-tools/catalog';
import type { Database } from 'better-sqlite3';
import type { BackupLog } from './backup-log.ts';
import type { KnownRun, Schedule } from './core/due-runs.ts';
import { type FailingTier, tellRun } from './core/outcome.ts';
import { endAlertsOfNobody, type Owners } from './end-alerts-of-nobody.ts';

/** What the worker keeps in the catalog beside runs and files; it is the catalog's owner. */
const workerSql = `
  CREATE TABLE IF NOT EXISTS worker_schedules (
    db TEXT NOT NULL, tier TEXT NOT NULL, since_ms INTEGER NOT NULL, PRIMARY KEY (db, tier)
  );
  CREATE TABLE IF NOT EXISTS worker_failing (
    service TEXT NOT NULL, db TEXT NOT NULL, tier TEXT NOT NULL, manual INTEGER NOT NULL, PRIMARY KEY (db, tier)
  );
  CREATE TABLE IF NOT EXISTS worker_large_wal (service TEXT NOT NULL, db TEXT NOT NULL PRIMARY KEY);
  CREATE TABLE IF NOT EXISTS worker_told (run_id TEXT PRIMARY KEY)`;

/**
 * `owners` are the services of the databases that are configured for this folder, by their names; `now` is epoch ms.
 * @throws OpsError CATALOG_UNREADABLE
 */
export function openWorkerCatalog(backupDir: string, owners: Owners, now: number): Catalog {
  const catalog = openCatalog(backupDir);
  catalog.db.exec(workerSql);
  endAlertsOfNobody(catalog.db, owners, now);
  return catalog;
}

/** Since when a tier is scheduled: remembered, so that a due time missed before the first run of a tier is still caught up. */
export function scheduledSince(db: Database, name: string, tier: Tier, now: number): number {
  db.prepare('INSERT INTO worker_schedules VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(name, tier, now);
  const since = db
    .prepare<[string, string], number>('SELECT since_ms FROM worker_schedules WHERE db = ? AND tier = ?')
    .pluck()
    .get(name, tier);
  return since ?? now;
}

const outcomes = (db: Database, where: string, params: Record<string, string | number>): BackupRun[] =>
  db
    .prepare<[Record<string, string | number>], string>(
      `SELECT outcome FROM runs WHERE outcome IS NOT NULL AND ${where}`,
    )
    .pluck()
    .all(params)
    .map((text) => JSON.parse(text));

/** What the catalog knows of a tier's last due time: its own run, good or not, or a later good one that nobody made by hand. */
export function newestRun(db: Database, schedule: Schedule, now: number): KnownRun | null {
  const [run] = outcomes(
    db,
    `db = @db AND tier = @tier AND due_at <= @now AND (due_at = @due OR (state = 'ok' AND trigger <> 'manual'))
     ORDER BY due_at DESC LIMIT 1`,
    { db: schedule.db, tier: schedule.tier, now, due: lastDue(schedule.cron, schedule.zone, now) },
  );
  if (!run) return null;
  const interrupted = run.state === 'failed' && run.code === 'BACKUP_INTERRUPTED';
  return {
    db: run.db,
    tier: run.tier,
    dueAtMs: Date.parse(run.dueAt),
    endedAtMs: Date.parse(run.endedAt),
    state: interrupted ? 'interrupted' : run.state,
  };
}

export interface RecorderDeps {
  serviceOf: (db: string) => string;
  /** Epoch ms. */
  now: () => number;
  backupLog: BackupLog;
}

/** How a run is told: the fact for the read model, the alert events, and the state those follow from, in the run's transaction. */
export function createRecorder({ serviceOf, now, backupLog }: RecorderDeps): RecordFacts {
  return (db, run) => {
    backupLog.write(run);
    const service = serviceOf(run.db);
    const attempt = db.prepare<[string], number>('SELECT attempt FROM runs WHERE id = ?').pluck().get(run.id) ?? 1;
    const telling = tellRun(run, { service, failing: failingTiers(db, service), attempt, now: now() });
    db.prepare('DELETE FROM worker_failing WHERE service = ?').run(service);
    for (const { db: name, tier, manual } of telling.failing) {
      db.prepare('INSERT OR REPLACE INTO worker_failing VALUES (?, ?, ?, ?)').run(service, name, tier, manual ? 1 : 0);
    }
    for (const event of telling.events) putFact(db, 'alertEvent', event.id, event);
    const fact: PayloadOf<'fact'> = { type: 'backup-run', id: run.id, at: run.endedAt, run };
    putFact(db, 'fact', `${fact.type}-${run.id}`, fact);
    db.prepare('INSERT INTO worker_told VALUES (?) ON CONFLICT DO NOTHING').run(run.id);
  };
}

/** CRITICAL about a catalog that was set aside; the next good backup of the database clears it. */
export function tellDamagedCatalog(
  db: Database,
  { name, service }: { name: string; service: string | null },
  { damaged, now }: { damaged: string; now: number },
): void {
  const owner = service ?? name;
  const event: PayloadOf<'alertEvent'> = {
    ...{ id: `${name}-catalog-${now}`, kind: 'raise', level: 'critical', alertType: 'backup_failed' },
    ...{ service: owner, at: isoTime(now), lastError: null, incidentId: null },
    params: {
      ...{ db: name, tier: 'hourly', code: 'CATALOG_UNREADABLE' },
      detail: `the catalog was damaged and lies now at ${damaged}; a new one is begun`,
      hint: errorCatalog.CATALOG_UNREADABLE.hint,
    },
  };
  db.transaction(() => {
    db.prepare('INSERT OR REPLACE INTO worker_failing VALUES (?, ?, ?, 1)').run(owner, name, 'hourly');
    putFact(db, 'alertEvent', event.id, event);
  }).immediate();
}

const failingTiers = (db: Database, service: string): FailingTier[] =>
  db
    .prepare<[string], { db: string; tier: Tier; manual: number }>(
      'SELECT db, tier, manual FROM worker_failing WHERE service = ?',
    )
    .all(service)
    .map((row) => ({ ...row, manual: row.manual === 1 }));

/** Tells the runs that another process recorded while no worker was there (`backup now` without the bus). @returns how many. */
export function tellUntold(db: Database, record: RecordFacts): number {
  return db
    .transaction(() => {
      const untold = outcomes(db, 'id NOT IN (SELECT run_id FROM worker_told) ORDER BY started_at', {});
      for (const run of untold) record(db, run);
      return untold.length;
    })
    .immediate();
}
