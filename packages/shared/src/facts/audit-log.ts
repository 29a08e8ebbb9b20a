import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';

/** Goes into the owner's migrations. Rows are never changed; each hash covers the row and the hash before it. */
export const auditSql = `
  CREATE TABLE IF NOT EXISTS audit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    result TEXT NOT NULL,
    details TEXT NOT NULL,
    hash TEXT NOT NULL
  )`;

export interface AuditEntry {
  /** Epoch ms. */
  at: number;
  /** Who asked: `operator`, `schedule`, `watchdog`, `line:<id>` … */
  actor: string;
  action: string;
  target: string;
  result: 'ok' | 'refused' | 'failed';
  details?: Record<string, unknown>;
}

interface AuditRow {
  seq: number;
  at: number;
  actor: string;
  action: string;
  target: string;
  result: string;
  details: string;
  hash: string;
}

const hashOf = (previous: string, row: Omit<AuditRow, 'seq' | 'hash'>): string =>
  createHash('sha256')
    .update(JSON.stringify([previous, row.at, row.actor, row.action, row.target, row.result, row.details]))
    .digest('hex');

/** Appends one line to the chain. Call it inside the transaction of what it tells where there is one. */
export function appendAudit(db: Database, entry: AuditEntry): void {
  const last = db.prepare<[], { hash: string }>('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1').get();
  const row = { ...entry, details: JSON.stringify(entry.details ?? {}) };
  db.prepare('INSERT INTO audit (at, actor, action, target, result, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    row.at,
    row.actor,
    row.action,
    row.target,
    row.result,
    row.details,
    hashOf(last?.hash ?? '', row),
  );
}

/** The first row whose hash does not fit what stands before it, or null when the chain is whole. */
export function firstBrokenAuditRow(db: Database): number | null {
  let previous = '';
  for (const row of db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY seq').iterate()) {
    if (row.hash !== hashOf(previous, row)) return row.seq;
    previous = row.hash;
  }
  return null;
}
