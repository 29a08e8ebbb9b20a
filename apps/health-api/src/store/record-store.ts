import type { Log } from '@yoban/shared/logger';
import type { Database } from 'better-sqlite3';

/** Read models of nouns that others own, as JSON: alerts, backup overviews, and the latest value of what is only latest. */
export interface RecordStore {
  put(kind: RecordKind, row: { id: string; at: number; value: unknown; version?: number }): void;
  /** Newest first. */
  newest(kind: RecordKind, limit: number): { id: string; at: number; value: unknown; version: number }[];
  keepNewest(kind: RecordKind, limit: number): void;
  remove(kind: RecordKind, id: string): void;
  setLatest(name: string, at: number, value: unknown): void;
  latest(): { name: string; at: number; value: unknown }[];
}
export type RecordKind = 'alert' | 'overview' | 'silence' | 'alert-test' | 'alert-audit' | 'outside';

interface Row {
  id: string;
  at: number;
  value: string;
  version: number;
}

/** A row whose value is no JSON is passed over with a line in the log: one bad row must not keep the others from being recalled. */
export function createRecordStore(db: Database, log: Log): RecordStore {
  const put = db.prepare('INSERT OR REPLACE INTO record (kind, id, at, value, version) VALUES (?, ?, ?, ?, ?)');
  const newest = db.prepare<[string, number], Row>(
    'SELECT id, at, value, version FROM record WHERE kind = ? ORDER BY at DESC, id DESC LIMIT ?',
  );
  const trim = db.prepare(
    'DELETE FROM record WHERE kind = @kind AND id NOT IN (SELECT id FROM record WHERE kind = @kind ORDER BY at DESC LIMIT @limit)',
  );
  const remove = db.prepare('DELETE FROM record WHERE kind = ? AND id = ?');
  const setLatest = db.prepare('INSERT OR REPLACE INTO latest (name, value, at) VALUES (?, ?, ?)');
  const latest = db.prepare<[], { name: string; at: number; value: string }>('SELECT name, at, value FROM latest');
  const parsed = <R extends { value: string }>(table: string, rows: readonly R[], idOf: (row: R) => string) =>
    rows.flatMap((row) => {
      try {
        const value: unknown = JSON.parse(row.value);
        return [{ ...row, value }];
      } catch (error) {
        log.warn({ event: 'store.row_unreadable', table, id: idOf(row), err: error });
        return [];
      }
    });
  return {
    put: (kind, { id, at, value, version = 0 }) => void put.run(kind, id, at, JSON.stringify(value), version),
    newest: (kind, limit) => parsed(`record/${kind}`, newest.all(kind, limit), (row) => row.id),
    keepNewest: (kind, limit) => void trim.run({ kind, limit }),
    remove: (kind, id) => void remove.run(kind, id),
    setLatest: (name, at, value) => void setLatest.run(name, JSON.stringify(value), at),
    latest: () => parsed('latest', latest.all(), (row) => row.name),
  };
}
