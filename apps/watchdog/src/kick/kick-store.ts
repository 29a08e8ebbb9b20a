import { Kick } from '@yoban/shared/contracts/kick';
import { isoTime } from '@yoban/shared/contracts/time';
import { type AuditEntry, appendAudit } from '@yoban/shared/facts/audit-log';
import type { Database } from 'better-sqlite3';

/** Goes into the watchdog's migrations. Times are epoch ms. */
export const kickSql = `
  CREATE TABLE kick (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, action TEXT NOT NULL, source TEXT NOT NULL, via TEXT NOT NULL,
    at INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL, changed_at INTEGER NOT NULL
  )`;

/**
 * waiting: it is ours, and the engine has not answered yet. accepted: the engine has taken it. The others are its end; `reason` is the
 * word for it.
 */
export type KickState = 'waiting' | 'accepted' | 'done' | 'failed' | 'refused';

/** What became of kicks, by their ids: a repeat of one does nothing (W6). Each change is a row of the audit, too. */
export interface KickStore {
  stateOf(id: string): KickState | null;
  /** One that has not ended; null where there is none of that id. */
  notEnded(id: string): Kick | null;
  put(kick: Kick, state: KickState, reason: string, now: number): void;
  /** Only the audit: of what is no kick of ours there is nothing to keep. */
  refuse(refused: { source: string; service: string; reason: string }, now: number): void;
}

type Row = Omit<Kick, 'at'> & { at: number };

const keptMs = 90 * 24 * 3_600_000;

export function createKickStore(db: Database): KickStore {
  const get = db.prepare<[string], KickState>('SELECT state FROM kick WHERE id = ?').pluck();
  const getNotEnded = db.prepare<[string], Row>(
    "SELECT id, service, action, source, via, at FROM kick WHERE id = ? AND state IN ('waiting', 'accepted')",
  );
  const put = db.prepare(
    `INSERT INTO kick (id, service, action, source, via, at, state, reason, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, reason = excluded.reason, changed_at = excluded.changed_at`,
  );
  const forget = db.prepare('DELETE FROM kick WHERE changed_at < ?');
  const results: Record<KickState, AuditEntry['result']> = {
    ...{ waiting: 'ok', accepted: 'ok', done: 'ok' },
    ...{ failed: 'failed', refused: 'refused' },
  };
  return {
    stateOf: (id) => get.get(id) ?? null,
    notEnded: (id) => {
      const row = getNotEnded.get(id);
      return row ? Kick.parse({ ...row, at: isoTime(row.at) }) : null;
    },
    put: db.transaction((kick: Kick, state: KickState, reason: string, now: number) => {
      const { id, service, action, source, via, at } = kick;
      put.run(id, service, action, source, via, Date.parse(at), state, reason, now);
      forget.run(now - keptMs);
      appendAudit(db, {
        ...{ at: now, actor: source, action: 'kick', target: service, result: results[state] },
        details: { id, action, via, state, reason },
      });
    }),
    refuse: ({ source, service, reason }, now) =>
      appendAudit(db, {
        ...{ at: now, actor: source, action: 'kick', target: service, result: 'refused' },
        details: { reason },
      }),
  };
}
