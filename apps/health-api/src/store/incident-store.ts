import { Incident } from '@yoban/shared/contracts/incident';
import type { Log } from '@yoban/shared/logger';
import type { Database } from 'better-sqlite3';

/** Goes into the migrations, and takes over the rows that lay among the other records. Times are epoch ms. */
export const incidentSql = `
  CREATE TABLE incident (
    id TEXT PRIMARY KEY, service TEXT NOT NULL, severity TEXT NOT NULL, is_open INTEGER NOT NULL, false_alarm INTEGER NOT NULL,
    detected_at INTEGER NOT NULL, value TEXT NOT NULL
  );
  CREATE INDEX incident_by_place ON incident (is_open, detected_at, id);
  CREATE INDEX incident_by_time ON incident (detected_at);
  INSERT INTO incident
    SELECT id, json_extract(value, '$.service'), 'critical', json_extract(value, '$.recoveredAt') IS NULL, 0, at, value
    FROM record WHERE kind = 'incident' AND json_valid(value) AND json_extract(value, '$.service') IS NOT NULL;
  DELETE FROM record WHERE kind = 'incident'`;

/** What a list of incidents is narrowed to; null: not at all. */
export interface IncidentQuery {
  state: 'open' | 'ended' | null;
  service: string | null;
  severity: Incident['severity'] | null;
  falseAlarm: boolean | null;
  /** `next` of the page before. */
  before: string | null;
  limit: number;
}

/** The read model of the watchdog's incidents. */
export interface IncidentStore {
  put(incident: Incident): void;
  find(id: string): Incident | null;
  /** Newest first. */
  newest(limit: number): Incident[];
  /** Open ones first, then newest first. */
  page(query: IncidentQuery): { incidents: Incident[]; next: string | null };
  detectedBetween(fromMs: number, toMs: number): Incident[];
  forgetBefore(epochMs: number): void;
}

interface Row {
  id: string;
  is_open: number;
  detected_at: number;
  value: string;
}

/** A row that cannot be read is passed over with a line in the log, as everywhere in this store. */
export function createIncidentStore(db: Database, log: Log): IncidentStore {
  const put = db.prepare('INSERT OR REPLACE INTO incident VALUES (?, ?, ?, ?, ?, ?, ?)');
  const find = db.prepare<[string], Row>('SELECT * FROM incident WHERE id = ?');
  const newest = db.prepare<[number], Row>('SELECT * FROM incident ORDER BY detected_at DESC, id DESC LIMIT ?');
  const between = db.prepare<[number, number], Row>(
    'SELECT * FROM incident WHERE detected_at >= ? AND detected_at <= ? ORDER BY detected_at',
  );
  // An open one is never forgotten, however old it is.
  const forget = db.prepare('DELETE FROM incident WHERE detected_at < ? AND is_open = 0');
  const page = db.prepare<[Record<string, string | number | null>], Row>(`
    SELECT * FROM incident
    WHERE (@isOpen IS NULL OR is_open = @isOpen) AND (@service IS NULL OR service = @service)
      AND (@severity IS NULL OR severity = @severity) AND (@falseAlarm IS NULL OR false_alarm = @falseAlarm)
      AND (@id IS NULL OR (is_open, detected_at, id) < (@placeOpen, @placeAt, @id))
    ORDER BY is_open DESC, detected_at DESC, id DESC LIMIT @limit`);
  const read = (rows: readonly Row[]) => rows.flatMap((row) => parsed(row, log));
  return {
    put: (one) => {
      const { id, service, severity, recoveredAt, falseAlarm, detectedAt } = one;
      const text = JSON.stringify(one);
      put.run(id, service, severity, Number(recoveredAt === null), Number(falseAlarm), Date.parse(detectedAt), text);
    },
    find: (id) => read(find.all(id))[0] ?? null,
    newest: (limit) => read(newest.all(limit)),
    page: ({ state, service, severity, falseAlarm, before, limit }) => {
      const rows = page.all({
        ...{ isOpen: state && Number(state === 'open'), service, severity },
        falseAlarm: falseAlarm === null ? null : Number(falseAlarm),
        ...placeOf(before),
        limit: limit + 1,
      });
      const last = rows[limit - 1];
      return {
        incidents: read(rows.slice(0, limit)),
        next: last && rows.length > limit ? `${last.is_open} ${last.detected_at} ${last.id}` : null,
      };
    },
    detectedBetween: (fromMs, toMs) => read(between.all(fromMs, toMs)),
    forgetBefore: (epochMs) => void forget.run(epochMs),
  };
}

/** Of a text that is no place nothing comes after: the page is empty, as one past the end. */
function placeOf(before: string | null): { placeOpen: number; placeAt: number; id: string | null } {
  const [, open, at, id] = /^([01]) (\d+) (.+)$/su.exec(before ?? '') ?? [];
  if (id !== undefined) return { placeOpen: Number(open), placeAt: Number(at), id };
  return { placeOpen: -1, placeAt: 0, id: before === null ? null : '' };
}

function parsed(row: Row, log: Log): Incident[] {
  try {
    return [Incident.parse(JSON.parse(row.value))];
  } catch (error) {
    log.warn({ event: 'store.row_unreadable', table: 'incident', id: row.id, err: error });
    return [];
  }
}
