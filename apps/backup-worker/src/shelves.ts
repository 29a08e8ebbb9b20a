import { createAlerterIntake, intakeAddressOf } from '@yoban/shared/bus/alerter-intake';
import type { Producer } from '@yoban/shared/bus/producer';
import type { PayloadOf } from '@yoban/shared/bus/queues';
import type { DatabaseConfig } from '@yoban/shared/config/kit-config';
import { isoTime } from '@yoban/shared/contracts/time';
import { type Drain, startDrain } from '@yoban/shared/facts/drain-facts';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Catalog } from '@yoban/sqlite-tools/catalog';
import type { BackupWorkerConfig } from './config.ts';
import { type Schedule, tierOrder } from './core/due-runs.ts';
import { overviewOf } from './core/overview.ts';
import { openOrReplaceCatalog } from './replace-damaged-catalog.ts';
import { scheduledSince, tellDamagedCatalog } from './worker-store.ts';

/** One database with the folder, catalog and schedules of its backups. */
export interface Shelf {
  db: DatabaseConfig;
  backupDir: string;
  catalog: Catalog;
  drain: Drain;
  schedules: Schedule[];
}

export interface ShelfDeps {
  log: Log;
  /** Epoch ms. */
  now: () => number;
  producer: Producer;
  stop: StopStack;
}

/** Opens the catalogs. Databases that share a folder share its catalog and the drain of its facts. */
export function openShelves(config: BackupWorkerConfig, { log, now, producer, stop }: ShelfDeps): Shelf[] {
  const intake = createAlerterIntake(intakeAddressOf(config.kit));
  const opened = new Map<string, Pick<Shelf, 'catalog' | 'drain'>>();
  const storeOf = (backupDir: string) => {
    const known = opened.get(backupDir);
    if (known) return known;
    const inIt = config.databases.filter((one) => one.backupDir === backupDir);
    const owners = new Map(inIt.map(({ config: db }) => [db.name, db.service ?? db.name]));
    const { catalog, damaged } = openOrReplaceCatalog(backupDir, owners, {
      now: now(),
      zone: config.kit.config.timezone,
    });
    stop.push('catalog', () => catalog.close());
    const store = { catalog, drain: startDrain(catalog.db, { producer, intake, log, stop }) };
    opened.set(backupDir, store);
    if (damaged) {
      log.error({ event: 'catalog.damaged', backupDir, setAside: damaged });
      for (const { config: db } of inIt) tellDamagedCatalog(catalog.db, db, { damaged, now: now() });
    }
    return store;
  };
  return config.databases.map(({ config: db, backupDir }) => {
    const store = storeOf(backupDir);
    const schedules = tierOrder.map((tier) => ({
      ...{ db: db.name, tier, cron: db.tiers[tier].cron, zone: config.kit.config.timezone },
      sinceMs: scheduledSince(store.catalog.db, db.name, tier, now()),
    }));
    return { db, backupDir, schedules, ...store };
  });
}

/** Sends the read model of a database; `eventId` makes a repeat harmless. */
export function tellOverview({ db, catalog, schedules, drain }: Shelf, eventId: string, now: number): void {
  const files = catalog.files({ db: db.name, states: ['good'] }).map(({ seq: _seq, state: _state, ...file }) => file);
  const lastRun = catalog.recentRuns(db.name, 1)[0] ?? null;
  const { hourly, daily, weekly } = db.tiers;
  const keepByTier = { hourly: hourly.keep, daily: daily.keep, weekly: weekly.keep };
  const overview = overviewOf({ db: db.name, service: db.service, schedules, keepByTier, lastRun, files, now });
  const fact: PayloadOf<'fact'> = { type: 'backup-overview', id: eventId, at: isoTime(now), overview };
  putFact(catalog.db, 'fact', `${fact.type}-${eventId}`, fact);
  drain.wake();
}
