import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

export interface BegunAction {
  action: string;
  /** Epoch ms. */
  at: number;
  /** Null while it is under way. */
  ok: boolean | null;
}

interface AttemptRow {
  action: string;
  started_at: number;
  outcome: string | null;
}

export interface KeptEvidence {
  /** Absolute. */
  folder: string;
  /** When all of it was there; epoch ms. */
  at: number;
}

/** What the watchdog of a home has written down, as another process sees it. */
export interface WatchdogRecord {
  /** Action starts, oldest first. */
  actions(): BegunAction[];
  /** Bundles of evidence, oldest first. */
  evidence(): KeptEvidence[];
  /** Where each fault of a service, else of the guarded one, stands: `healthy`, `repairing`, `halted` … */
  standings(service?: string): Record<string, string>;
  /** It has seen the process of the service: what happens to it from now on is news. */
  hasSeen(): boolean;
}

export function watchdogRecord(home: string): WatchdogRecord {
  const file = path.join(home, 'state', 'watchdog.sqlite');
  const ask = <T>(question: (db: Database.Database) => T, otherwise: T): T => {
    if (!existsSync(file)) return otherwise;
    const db = new Database(file, { readonly: true });
    try {
      return question(db);
    } finally {
      db.close();
    }
  };
  return {
    actions: () =>
      ask(
        (db) =>
          db
            .prepare<[], AttemptRow>('SELECT action, started_at, outcome FROM policy_attempt ORDER BY started_at')
            .all()
            .map(({ action, started_at, outcome }) => ({
              action,
              at: started_at,
              ok: outcome === null ? null : outcome === 'ok',
            })),
        [],
      ),
    evidence: () =>
      ask(
        (db) =>
          db
            .prepare<[], KeptEvidence>('SELECT folder, at FROM policy_evidence ORDER BY at')
            .all()
            .map(({ folder, at }) => ({ folder: path.join(home, folder), at })),
        [],
      ),
    standings: (service = 'demo') =>
      ask((db) => {
        const text = db
          .prepare<[string], string>('SELECT state FROM policy_state WHERE service = ?')
          .pluck()
          .get(service);
        const { faults } = JSON.parse(text ?? '{"faults":{}}') as { faults: Record<string, { at: string }> };
        return Object.fromEntries(Object.entries(faults).map(([name, { at }]) => [name, at]));
      }, {}),
    hasSeen: () =>
      ask((db) => {
        const of = "SELECT state FROM fault_state WHERE subject = 'process/demo'";
        const text = db.prepare<[], string>(of).pluck().get();
        return text !== undefined && (JSON.parse(text) as { at: string }).at === 'up';
      }, false),
  };
}
