import type { GameDatabase } from './game-database.ts';

const HOUR_MS = 3_600_000;

export interface Tip {
  /** The platform's own id: the same tip seen twice, after a reconnect, is stored once. */
  eventId: string;
  source: string;
  sender: string;
  amountYen: number;
  message: string;
}

export interface QueuedTip {
  id: number;
  eventId: string;
  sender: string;
  amountYen: number;
}

export interface TipSummary {
  processedLastHour: number;
  failedLastHour: number;
  /** Of the processed ones. */
  revenueLastHourYen: number;
  processedTotal: number;
  revenueTotalYen: number;
}

/** Tips from their arrival (queued) to their end (ok or failed), all in the database, so a crash loses none. */
export class TipStore {
  readonly #db: GameDatabase;

  constructor(db: GameDatabase) {
    this.#db = db;
  }

  enqueue(tips: Tip[], now: number): void {
    this.#db.write(() => {
      const insert = this.#db.sql(
        `INSERT OR IGNORE INTO tips (event_id, source, sender, amount_yen, message, status, received_at)
         VALUES (?, ?, ?, ?, ?, 'queued', ?)`,
      );
      for (const tip of tips) insert.run(tip.eventId, tip.source, tip.sender, tip.amountYen, tip.message, now);
    });
  }

  next(): QueuedTip | undefined {
    const row = this.#db.sql(
      "SELECT id, event_id AS eventId, sender, amount_yen AS amountYen FROM tips WHERE status = 'queued' ORDER BY id LIMIT 1",
    );
    return row.get() as QueuedTip | undefined;
  }

  depth(): number {
    return Number(this.#db.sql("SELECT count(*) FROM tips WHERE status = 'queued'").pluck().get());
  }

  finish(tip: QueuedTip, status: 'ok' | 'failed', processingMs: number, now: number): void {
    this.#db.write(() => {
      const update = this.#db.sql('UPDATE tips SET status = ?, processing_ms = ?, processed_at = ? WHERE id = ?');
      update.run(status, processingMs, now, tip.id);
      if (status === 'failed') return;
      this.#raise('tips_total', 1);
      this.#raise('tips_yen_total', tip.amountYen);
    });
  }

  /** Totals are kept as they grow: counting all tips ever, every few seconds, would cost more each day. */
  summary(now: number): TipSummary {
    const row = this.#db.sql(
      `SELECT count(*) FILTER (WHERE status = 'ok') AS processedLastHour,
         count(*) FILTER (WHERE status = 'failed') AS failedLastHour,
         coalesce(sum(amount_yen) FILTER (WHERE status = 'ok'), 0) AS revenueLastHourYen
       FROM tips WHERE processed_at > ?`,
    );
    const lastHour = row.get(now - HOUR_MS) as Omit<TipSummary, 'processedTotal' | 'revenueTotalYen'>;
    return { ...lastHour, processedTotal: this.#total('tips_total'), revenueTotalYen: this.#total('tips_yen_total') };
  }

  #total(key: string): number {
    return Number(this.#db.sql('SELECT value FROM game_state WHERE key = ?').pluck().get(key) ?? 0);
  }

  #raise(key: string, by: number): void {
    this.#db
      .sql('INSERT INTO game_state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, String(this.#total(key) + by));
  }
}
