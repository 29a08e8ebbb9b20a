import type { Database } from 'better-sqlite3';
import { findIncident, saveIncident } from './incident-rows.ts';

interface Attempt {
  attempt: string;
  action: string;
  incident_id: string | null;
}

interface End {
  ok: boolean;
  exitCode: number | null;
  durationMs: number | null;
  detail: string;
}

/** Which incident a kick is about: the newest of the service that is open, whoever opened it; null where all is well. */
export const incidentOfKick = (db: Database, service: string): string | null =>
  db
    .prepare<[string], string>(
      'SELECT id FROM incidents WHERE service = ? AND recovered_at IS NULL ORDER BY detected_at DESC LIMIT 1',
    )
    .pluck()
    .get(service) ?? null;

/** Says in that incident how the action ended that somebody asked for. Those of a ladder are ended by the engine itself. */
export function endKickedAction(db: Database, attempt: string, end: End, now: number): void {
  const row = db
    .prepare<[string], Attempt>(
      'SELECT attempt, action, incident_id FROM policy_attempt WHERE attempt = ? AND fault IS NULL',
    )
    .get(attempt);
  if (row) endIn(db, row, end, now);
}

/** The watchdog was killed while one was under way: how it ended nobody knows. */
export function interruptKickedActions(db: Database, service: string, now: number): void {
  const rows = db
    .prepare<[string], Attempt>(
      'SELECT attempt, action, incident_id FROM policy_attempt WHERE service = ? AND fault IS NULL AND outcome IS NULL',
    )
    .all(service);
  const end = { ok: false, exitCode: null, durationMs: null, detail: 'interrupted' };
  for (const row of rows) {
    db.prepare("UPDATE policy_attempt SET outcome = 'failed', detail = ? WHERE attempt = ?").run(
      end.detail,
      row.attempt,
    );
    endIn(db, row, end, now);
  }
}

function endIn(db: Database, { action, incident_id }: Attempt, end: End, now: number): void {
  const incident = incident_id === null ? null : findIncident(db, incident_id);
  const at = incident?.actions.findLastIndex(({ name, ok }) => name === action && ok === null) ?? -1;
  if (!incident || at < 0) return;
  const ended = { ...end, detail: end.detail.slice(0, 300) };
  const actions = incident.actions.map((one, index) => (index === at ? { ...one, ...ended } : one));
  saveIncident(db, { ...incident, actions }, now);
}
