import { auditSql } from '@yoban/shared/facts/audit-log';
import { factOutboxSql } from '@yoban/shared/facts/fact-outbox';
import { incidentSql } from './incident-store.ts';

/** Append-only: a step that has landed is never edited. Times are epoch ms, except `minute` (epoch minutes) and `sample.ts` (epoch s). */
export const migrations: readonly string[] = [
  `
  CREATE TABLE call_minute (
    service TEXT NOT NULL, kind TEXT NOT NULL, minute INTEGER NOT NULL,
    ok INTEGER NOT NULL, failed INTEGER NOT NULL, timeouts INTEGER NOT NULL, fallbacks INTEGER NOT NULL,
    sum_ms REAL NOT NULL, max_ms REAL NOT NULL, sum_yen REAL NOT NULL, histogram BLOB NOT NULL,
    PRIMARY KEY (service, kind, minute)
  ) WITHOUT ROWID;
  CREATE TABLE series (id INTEGER PRIMARY KEY, service TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (service, key));
  CREATE TABLE sample (
    series_id INTEGER NOT NULL, ts INTEGER NOT NULL, value REAL NOT NULL, PRIMARY KEY (series_id, ts)
  ) WITHOUT ROWID;
  CREATE TABLE transition (
    id INTEGER PRIMARY KEY, service TEXT NOT NULL, from_status TEXT, to_status TEXT NOT NULL,
    at INTEGER NOT NULL, reasons TEXT NOT NULL
  );
  CREATE TABLE report_seen (
    service TEXT NOT NULL, instance TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (service, instance, seq)
  ) WITHOUT ROWID;
  CREATE TABLE latest (name TEXT PRIMARY KEY, value TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE record (
    kind TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  CREATE INDEX record_by_time ON record (kind, at);
  CREATE TABLE revoked_session (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
  ${factOutboxSql};
  ${auditSql};
  `,
  'ALTER TABLE record ADD COLUMN version INTEGER NOT NULL DEFAULT 0',
  incidentSql,
];
