import type { Incident } from '@yoban/shared/contracts/incident';
import type { IncidentCommand } from '@yoban/shared/contracts/incident-command';
import { isoTime } from '@yoban/shared/contracts/time';
import { appendAudit } from '@yoban/shared/facts/audit-log';
import type { Database } from 'better-sqlite3';
import { findIncident, saveIncident } from '../store/incident-rows.ts';

/** Goes into the watchdog's migrations: commands that are done, by their ids. */
export const incidentCommandSql = 'CREATE TABLE incident_command (id TEXT PRIMARY KEY, at INTEGER NOT NULL)';

/** As long as the bus may bring one again. */
const keptMs = 30 * 24 * 3_600_000;

/**
 * Writes what a person says of an incident into it, with its fact and its row in the audit, all in one transaction. Gives the incident
 * as it is then; null where there is none or the command was done before. `now` is epoch ms.
 */
export function takeIncidentCommand(db: Database, command: IncidentCommand, now: number): Incident | null {
  return db
    .transaction(() => {
      const isNew = db
        .prepare('INSERT OR IGNORE INTO incident_command (id, at) VALUES (?, ?)')
        .run(command.id, now).changes;
      if (isNew === 0) return null;
      db.prepare('DELETE FROM incident_command WHERE at < ?').run(now - keptMs);
      const incident = findIncident(db, command.incidentId);
      const { id, actor, at: _at, incidentId, do: what, ...said } = command;
      appendAudit(db, {
        ...{ at: now, actor, action: `incident.${what}`, target: incidentId, result: incident ? 'ok' : 'refused' },
        details: { commandId: id, ...said },
      });
      return incident && saveIncident(db, changed(incident, command), now);
    })
    .immediate();
}

function changed(incident: Incident, command: IncidentCommand): Incident {
  switch (command.do) {
    case 'ack':
      // The first one counts: it says since when somebody has been looking after it.
      return incident.ackedAt === null
        ? { ...incident, ackedAt: isoTime(Date.parse(command.at)), ackedBy: command.actor }
        : incident;
    case 'note':
      return { ...incident, note: command.note.trim() || null };
    case 'false-alarm':
      return { ...incident, falseAlarm: command.falseAlarm };
    default:
      return command satisfies never;
  }
}
