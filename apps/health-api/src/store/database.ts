import { DAY } from '@yoban/shared/contracts/time';
import { openStore } from '@yoban/shared/facts/open-store';
import type { Log } from '@yoban/shared/logger';
import type { Database } from 'better-sqlite3';
import { type CallStore, createCallStore } from './call-store.ts';
import { createIncidentStore, type IncidentStore } from './incident-store.ts';
import { migrations } from './migrations.ts';
import { createRecordStore, type RecordStore } from './record-store.ts';
import { createSampleStore, type SampleStore } from './sample-store.ts';

/** One open store of health-api: its tables by concept over one connection. */
export interface HealthDatabase {
  db: Database;
  calls: CallStore;
  samples: SampleStore;
  records: RecordStore;
  incidents: IncidentStore;
  /** True when this report was not seen before; remembers it. Inside the caller's transaction. */
  markSeen(service: string, instance: string, seq: number, now: number): boolean;
  addTransition(service: string, from: string | null, to: string, at: number, reasons: readonly string[]): void;
  /** Lets go of what is past its time: calls, samples and seen reports after 48 h, transitions after 90 days, incidents after 400. */
  prune(now: number): void;
}

const keptMs = 2 * DAY;
const keptTransitionMs = 90 * DAY;
/** A year to look back on, and a month to compare it with. */
const keptIncidentMs = 400 * DAY;

/** Opens `file`, or a store that lives only in memory for `:memory:`. Throws OpsError STORE_UNAVAILABLE. */
export function openHealthDatabase(file: string, log: Log): HealthDatabase {
  const db = openStore(file, migrations);
  const seen = db.prepare('INSERT OR IGNORE INTO report_seen (service, instance, seq, at) VALUES (?, ?, ?, ?)');
  const forgetSeen = db.prepare('DELETE FROM report_seen WHERE at < ?');
  const transition = db.prepare(
    'INSERT INTO transition (service, from_status, to_status, at, reasons) VALUES (?, ?, ?, ?, ?)',
  );
  const forgetTransitions = db.prepare('DELETE FROM transition WHERE at < ?');
  const forgetSessions = db.prepare('DELETE FROM revoked_session WHERE until < ?');
  const calls = createCallStore(db);
  const samples = createSampleStore(db);
  const incidents = createIncidentStore(db, log);
  return {
    db,
    calls,
    samples,
    incidents,
    records: createRecordStore(db, log),
    markSeen: (service, instance, seq, now) => seen.run(service, instance, seq, now).changes > 0,
    addTransition: (service, from, to, at, reasons) =>
      void transition.run(service, from, to, at, JSON.stringify(reasons)),
    prune: (now) => {
      calls.forgetBefore(now - keptMs);
      samples.forgetBefore(now - keptMs);
      forgetSeen.run(now - keptMs);
      forgetTransitions.run(now - keptTransitionMs);
      forgetSessions.run(now);
      incidents.forgetBefore(now - keptIncidentMs);
    },
  };
}
