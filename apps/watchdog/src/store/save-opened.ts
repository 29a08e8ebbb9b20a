import type { Incident } from '@yoban/shared/contracts/incident';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { Database } from 'better-sqlite3';
import { findIncident, saveIncident } from './incident-rows.ts';

/** Faults of one service that are confirmed this close together are one outage seen from several sides. */
const togetherMs = MINUTE;

/**
 * Writes an incident that begins. Where a CRITICAL one of the same service is open that was detected at most a minute before, that one
 * explains it: they become parent and child, so that an outage counts once. `now` is epoch ms; call it inside the transaction.
 */
export function saveOpened(db: Database, incident: Incident, now: number): void {
  const known = findIncident(db, incident.id);
  if (known) {
    // Opened before: it keeps its place.
    const { parentId, childIds } = known;
    saveIncident(db, { ...incident, parentId, childIds }, now);
    return;
  }
  const root = rootOf(db, incident);
  saveIncident(db, root ? { ...incident, parentId: root.id } : incident, now);
  if (root) saveIncident(db, { ...root, childIds: [...root.childIds, incident.id] }, now);
}

function rootOf(db: Database, { service, severity, detectedAt }: Incident): Incident | null {
  if (severity !== 'critical') return null;
  const at = Date.parse(detectedAt);
  const ids = db
    .prepare<[string, number, number], string>(
      `SELECT id FROM incidents WHERE service = ? AND recovered_at IS NULL AND detected_at BETWEEN ? AND ?
       ORDER BY detected_at LIMIT 10`,
    )
    .pluck()
    .all(service, at - togetherMs, at);
  const open = ids.flatMap((one) => findIncident(db, one) ?? []);
  return open.find((one) => one.severity === 'critical' && one.parentId === null) ?? null;
}
