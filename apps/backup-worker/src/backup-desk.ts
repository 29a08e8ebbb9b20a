import type { BackupRun, BackupTrigger, Tier } from '@yoban/shared/contracts/backup';
import { MINUTE } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import { createOneAtATime } from '@yoban/shared/one-at-a-time';
import type { RecordFacts } from '@yoban/sqlite-tools/catalog';
import { reconcileCatalog } from '@yoban/sqlite-tools/reconcile-catalog';
import type { OnStep } from '@yoban/sqlite-tools/steps';
import type { BackupStep } from '@yoban/sqlite-tools/take-backup';
import { openBackupLog } from './backup-log.ts';
import type { BackupWorkerConfig } from './config.ts';
import { dueRuns, type Moment, nextRun, type Schedule } from './core/due-runs.ts';
import { takeBackup } from './jobs/take-backup.ts';
import { openShelves, type Shelf, type ShelfDeps, tellOverview } from './shelves.ts';
import { createRecorder, newestRun, tellUntold } from './worker-store.ts';

export interface DeskDeps extends ShelfDeps {
  onStep: OnStep<BackupStep>;
}

export interface WantedRun {
  db: string;
  tier: Tier;
  /** Epoch ms. */
  dueAtMs: number;
  trigger: BackupTrigger;
}

/** Looks that lie further apart than this mean that the machine slept: what fell due meanwhile is caught up. */
const sleptMs = 3 * MINUTE;

/** All backups of this process go over one desk, one after another. */
export class BackupDesk {
  readonly schedules: readonly Schedule[];
  readonly #config: BackupWorkerConfig;
  readonly #deps: DeskDeps;
  readonly #shelves: readonly Shelf[];
  readonly #record: RecordFacts;
  /** One for the whole process: a small box carries one copying child at a time beside the application it guards. */
  readonly #inTurn = createOneAtATime();
  readonly #ended = new AbortController();
  #awakeSinceMs: number;
  #lookedAtMs: number;

  constructor(config: BackupWorkerConfig, deps: DeskDeps) {
    this.#config = config;
    this.#deps = deps;
    this.#shelves = openShelves(config, deps);
    this.schedules = this.#shelves.flatMap((shelf) => shelf.schedules);
    const services = new Map(config.databases.map(({ config: db }) => [db.name, db.service ?? db.name]));
    this.#record = createRecorder({
      serviceOf: (db) => services.get(db) ?? db,
      now: deps.now,
      backupLog: openBackupLog(config.kit.paths.logs, deps.log),
    });
    this.#awakeSinceMs = deps.now();
    this.#lookedAtMs = deps.now();
  }

  /** Ends what a killed predecessor left, and tells the read models what is there. */
  async open(): Promise<void> {
    const { log, now } = this.#deps;
    for (const shelf of this.#shelves) {
      const found = await reconcileCatalog({ ...shelf, now, record: this.#record });
      const counts = Object.entries(found).map(([what, names]) => [what, names.length] as const);
      if (counts.some(([, count]) => count > 0)) {
        log.info({ event: 'catalog.reconciled', backupDir: shelf.backupDir, ...Object.fromEntries(counts) });
      }
      tellOverview(shelf, `${shelf.db.name}-${now()}`, now());
    }
  }

  /** Tells what others recorded, then takes what is due. */
  async runDue(): Promise<void> {
    for (const shelf of this.#shelves) this.#tellOthers(shelf);
    const moment = this.#look();
    const known = this.#shelves.flatMap((shelf) =>
      shelf.schedules.flatMap((schedule) => newestRun(shelf.catalog.db, schedule, moment.now) ?? []),
    );
    const due = dueRuns(this.schedules, known, moment);
    await Promise.all(due.map((run) => this.take(run)));
    this.#lookedAtMs = this.#deps.now();
  }

  /**
   * @returns the run that stands for that due time, ours or one made before; null while another process is at it, or at the end.
   * @throws OpsError DB_UNKNOWN
   */
  async take(wanted: WantedRun): Promise<BackupRun | null> {
    const shelf = this.#shelves.find((one) => one.db.name === wanted.db);
    if (!shelf) {
      const known = this.#shelves.map((one) => one.db.name).join(', ') || 'none';
      throw new OpsError('DB_UNKNOWN', `no database "${wanted.db}" (there are: ${known})`);
    }
    return this.#inTurn(() => this.#takeNow(shelf, wanted));
  }

  /** Ms until the next due time. */
  untilNextMs(): number {
    const now = this.#deps.now();
    const next = nextRun(this.schedules, now);
    return next ? next.atMs - now : Number.POSITIVE_INFINITY;
  }

  /** Makes the copy under way let go within 2 s, and takes no more. */
  abort(): void {
    this.#ended.abort();
  }

  async #takeNow(shelf: Shelf, { tier, dueAtMs, trigger }: WantedRun): Promise<BackupRun | null> {
    if (this.#ended.signal.aborted) return null;
    const { log, now, onStep } = this.#deps;
    const { db, backupDir, catalog } = shelf;
    const result = await takeBackup(
      { db, tier, dueAtMs, trigger },
      {
        ...{ catalog, backupDir, now, onStep, log },
        zone: this.#config.kit.config.timezone,
        locksDir: this.#config.kit.paths.locks,
        record: this.#record,
        signal: this.#ended.signal,
      },
    );
    if (result.outcome === 'skipped') return recordedRun(shelf, { db: db.name, tier, dueAtMs });
    tellOverview(shelf, result.run.id, now());
    return result.run;
  }

  #tellOthers(shelf: Shelf): void {
    const { log, now } = this.#deps;
    const runs = tellUntold(shelf.catalog.db, this.#record);
    if (runs === 0) return;
    log.info({ event: 'backup.told_late', backupDir: shelf.backupDir, runs });
    tellOverview(shelf, `${shelf.db.name}-${now()}`, now());
  }

  #look(): Moment {
    const now = this.#deps.now();
    if (now - this.#lookedAtMs > sleptMs) this.#awakeSinceMs = now;
    this.#lookedAtMs = now;
    return { now, awakeSinceMs: this.#awakeSinceMs };
  }
}

function recordedRun({ catalog }: Shelf, key: { db: string; tier: Tier; dueAtMs: number }): BackupRun | null {
  const row = catalog.run(key);
  return catalog.recentRuns(key.db, 100).find((run) => run.id === row?.id) ?? null;
}
