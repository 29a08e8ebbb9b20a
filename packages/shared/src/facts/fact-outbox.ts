import type { Database } from 'better-sqlite3';
import type { PayloadOf, QueueKey } from '../bus/queues.ts';

/** Goes into the owner's own migrations: a fact is written in the transaction of what it tells. */
export const factOutboxSql = `
  CREATE TABLE IF NOT EXISTS fact_outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    id TEXT NOT NULL,
    payload TEXT NOT NULL,
    UNIQUE (queue, id)
  )`;

export interface OutboxRow {
  seq: number;
  queue: QueueKey;
  id: string;
  payload: string;
}

/** Puts a fact or alert event into the outbox; call it inside the transaction that records what it tells. Repeats are one row. */
export function putFact<K extends QueueKey>(db: Database, queue: K, id: string, payload: PayloadOf<K>): void {
  db.prepare('INSERT INTO fact_outbox (queue, id, payload) VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(
    queue,
    id,
    JSON.stringify(payload),
  );
}

/** The oldest facts not yet on the bus. */
export function pendingFacts(db: Database, limit: number): OutboxRow[] {
  return db.prepare<[number], OutboxRow>('SELECT * FROM fact_outbox ORDER BY seq LIMIT ?').all(limit);
}

/** The oldest alert events among them. */
export function pendingAlerts(db: Database, limit: number): OutboxRow[] {
  return db
    .prepare<[number], OutboxRow>("SELECT * FROM fact_outbox WHERE queue = 'alertEvent' ORDER BY seq LIMIT ?")
    .all(limit);
}

/** Takes a fact out once the bus has it. */
export function dropFact(db: Database, seq: number): void {
  db.prepare('DELETE FROM fact_outbox WHERE seq = ?').run(seq);
}
