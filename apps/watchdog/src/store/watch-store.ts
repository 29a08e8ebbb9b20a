import { auditSql } from '@yoban/shared/facts/audit-log';
import { factOutboxSql } from '@yoban/shared/facts/fact-outbox';
import { openStore } from '@yoban/shared/facts/open-store';
import type { Database } from 'better-sqlite3';
import type { z } from 'zod';
import type { Effect } from '../core/effect.ts';
import { incidentCommandSql } from '../incidents/take-incident-command.ts';
import { kickSql } from '../kick/kick-store.ts';
import { policySql } from './policy-store.ts';
import { recordEffect } from './record-effect.ts';

/** Append-only: a step that has landed is never edited. */
const migrations = [
  'CREATE TABLE fault_state (subject TEXT PRIMARY KEY, state TEXT NOT NULL)',
  `CREATE TABLE incidents (
     id TEXT PRIMARY KEY,
     service TEXT NOT NULL,
     detected_at INTEGER NOT NULL,
     recovered_at INTEGER,
     incident TEXT NOT NULL
   )`,
  factOutboxSql,
  'CREATE TABLE marks (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  `${auditSql}; ${kickSql}; ${incidentCommandSql}`,
  policySql,
];

export interface Change {
  /** Whose state: `process/<service>`, `database/<name>` … */
  subject: string;
  state: unknown;
  service: string;
  effects: readonly Effect[];
  lastError: string | null;
}

/** The watchdog's own store, its only owner: what it knew of each fault, incidents, facts to send. */
export interface WatchStore {
  readonly db: Database;
  /** The kept state of a subject, or `fresh` when there is none or it is of a shape from another version. */
  load<S>(subject: string, schema: z.ZodType<S>, fresh: S): S;
  /** State, incidents and the facts that tell of them, in one transaction: a kill -9 leaves all of it or nothing. */
  commit(change: Change, now: number): void;
  mark(name: string, value: string): void;
  readMark(name: string): string | null;
  close(): void;
}

/** @throws OpsError STORE_UNAVAILABLE */
export function openWatchStore(file: string): WatchStore {
  const db = openStore(file, migrations);
  const put = db.prepare(
    'INSERT INTO fault_state (subject, state) VALUES (?, ?) ON CONFLICT (subject) DO UPDATE SET state = excluded.state',
  );
  const get = db.prepare<[string], string>('SELECT state FROM fault_state WHERE subject = ?').pluck();
  const putMark = db.prepare(
    'INSERT INTO marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  const getMark = db.prepare<[string], string>('SELECT value FROM marks WHERE name = ?').pluck();
  return {
    db,
    load: (subject, schema, fresh) => {
      const text = get.get(subject);
      const parsed = text === undefined ? null : schema.safeParse(JSON.parse(text));
      return parsed?.success ? parsed.data : fresh;
    },
    commit: db.transaction((change: Change, now: number) => {
      put.run(change.subject, JSON.stringify(change.state));
      for (const effect of change.effects) {
        recordEffect(db, effect, { service: change.service, lastError: change.lastError, now });
      }
    }),
    mark: (name, value) => void putMark.run(name, value),
    readMark: (name) => getMark.get(name) ?? null,
    close: () => void db.close(),
  };
}
