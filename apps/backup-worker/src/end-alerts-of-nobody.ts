import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Database } from 'better-sqlite3';

/** The service of each database that is configured, by the database's name. */
export type Owners = ReadonlyMap<string, string>;

interface Holding {
  db: string;
  service: string;
}

/** What the worker remembers of alerts that stand: a table of (service, db, …) each. */
const kept = [
  { table: 'worker_failing', alertType: 'backup_failed', level: 'critical' },
  { table: 'worker_large_wal', alertType: 'wal_large', level: 'warning' },
] as const;

/**
 * Ends what only databases hold open that are configured no more, or for another service: no backup of theirs will ever do it.
 * `now` is epoch ms.
 */
export function endAlertsOfNobody(db: Database, owners: Owners, now: number): void {
  const end = db.transaction(() => {
    for (const { table, alertType, level } of kept) {
      const all = db.prepare<[], Holding>(`SELECT DISTINCT service, db FROM ${table}`).all();
      const [standing, over] = [all.filter(isOwned(owners)), all.filter((one) => !isOwned(owners)(one))];
      for (const one of over) db.prepare(`DELETE FROM ${table} WHERE service = ? AND db = ?`).run(one.service, one.db);
      const ended = over.filter(({ service }) => !standing.some((one) => one.service === service));
      for (const [service, [first]] of Map.groupBy(ended, (one) => one.service)) {
        const event: AlertEvent = {
          ...{ id: `${service}-${alertType}-ended-${now}`, kind: 'clear', level, alertType, service },
          ...{ at: isoTime(now), lastError: null, incidentId: null, params: { db: first?.db ?? '' } },
        };
        putFact(db, 'alertEvent', event.id, event);
      }
    }
  });
  end.immediate();
}

const isOwned =
  (owners: Owners) =>
  ({ db, service }: Holding): boolean =>
    owners.get(db) === service;
