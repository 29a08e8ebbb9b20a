import { Incident } from '@yoban/shared/contracts/incident';
import { isoTime } from '@yoban/shared/contracts/time';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Database } from 'better-sqlite3';

export function findIncident(db: Database, id: string): Incident | null {
  const text = db.prepare<[string], string>('SELECT incident FROM incidents WHERE id = ?').pluck().get(id);
  return text === undefined ? null : Incident.parse(JSON.parse(text));
}

/**
 * Writes the incident and the fact that tells of it, with the next revision, which is given. Call it inside the transaction of what
 * changed. `now` is epoch ms.
 */
export function saveIncident(db: Database, incident: Incident, now: number): Incident {
  const saved = { ...incident, revision: (findIncident(db, incident.id)?.revision ?? 0) + 1 };
  db.prepare(
    `INSERT INTO incidents (id, service, detected_at, recovered_at, incident) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET recovered_at = excluded.recovered_at, incident = excluded.incident`,
  ).run(
    saved.id,
    saved.service,
    Date.parse(saved.detectedAt),
    saved.recoveredAt === null ? null : Date.parse(saved.recoveredAt),
    JSON.stringify(saved),
  );
  const id = `incident-${saved.id}-r${saved.revision}`;
  putFact(db, 'fact', id, { type: 'incident', id, at: isoTime(now), incident: saved });
  return saved;
}
