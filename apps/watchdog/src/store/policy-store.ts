import { appendAudit } from '@yoban/shared/facts/audit-log';
import type { Database } from 'better-sqlite3';
import type { PolicyEffect } from '../core/policy/policy-effect.ts';
import type { ActionEnded } from '../core/policy/policy-event.ts';
import { PolicyState } from '../core/policy/policy-state.ts';
import { findIncident, saveIncident } from './incident-rows.ts';
import { endKickedAction } from './kicked-action.ts';
import { recordPolicyEffect } from './record-policy-effect.ts';

/** Goes into the watchdog's migrations. Times are epoch ms; `clock_offset` is the wall clock minus the time since boot. */
export const policySql = `
  CREATE TABLE policy_state (
    service TEXT PRIMARY KEY, state TEXT NOT NULL, boot_id TEXT NOT NULL, clock_offset INTEGER NOT NULL
  );
  CREATE TABLE policy_attempt (
    attempt TEXT PRIMARY KEY, service TEXT NOT NULL, action TEXT NOT NULL, fault TEXT, incident_id TEXT,
    source TEXT NOT NULL, started_at INTEGER NOT NULL, outcome TEXT, exit_code INTEGER, duration_ms INTEGER, detail TEXT
  );
  CREATE INDEX policy_attempt_by_service ON policy_attempt (service, started_at);
  CREATE TABLE policy_evidence (
    incident_id TEXT NOT NULL, folder TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (incident_id, folder)
  );`;

/** By which the time that passed can be told though the wall clock was set. */
export interface ClockMark {
  bootId: string;
  offsetMs: number;
}

export interface EndedAttempt {
  attempt: string;
  outcome: ActionEnded['outcome'];
  exitCode: number | null;
  durationMs: number;
  detail: string;
}

export interface PolicyStore {
  load(service: string): { state: PolicyState; mark: ClockMark } | null;
  /** The state with everything it asks for, in one transaction, before any of it is begun. */
  commit(service: string, state: PolicyState, effects: readonly PolicyEffect[], mark: ClockMark): void;
  endAttempt(service: string, ended: EndedAttempt, now: number): void;
  /** How an attempt ended; null where that is not known. */
  outcomeOf(attempt: string): EndedAttempt | null;
  /** A folder relative to YOBAN_HOME; it is named by the incident as soon as there is one. */
  addEvidence(incidentId: string, folder: string, now: number): void;
}

/** Attempts older than this explain nothing any more. */
const keptMs = 90 * 24 * 3_600_000;

/** `reportPath`: where the report of an incident will lie, relative to YOBAN_HOME; null where none is written. */
export function createPolicyStore(
  db: Database,
  reportPath: (incident: { id: string; detectedAt: string }) => string | null = () => null,
): PolicyStore {
  const get = db.prepare<[string], { state: string; boot_id: string; clock_offset: number }>(
    'SELECT state, boot_id, clock_offset FROM policy_state WHERE service = ?',
  );
  const put = db.prepare(
    `INSERT INTO policy_state (service, state, boot_id, clock_offset) VALUES (?, ?, ?, ?) ON CONFLICT (service) DO UPDATE
     SET state = excluded.state, boot_id = excluded.boot_id, clock_offset = excluded.clock_offset`,
  );
  const end = db.prepare(
    'UPDATE policy_attempt SET outcome = ?, exit_code = ?, duration_ms = ?, detail = ? WHERE attempt = ?',
  );
  const getEnded = db.prepare<[string], EndedAttempt>(
    `SELECT attempt, outcome, exit_code AS exitCode, coalesce(duration_ms, 0) AS durationMs, coalesce(detail, '') AS detail
     FROM policy_attempt WHERE attempt = ? AND outcome IS NOT NULL`,
  );
  const forget = db.prepare('DELETE FROM policy_attempt WHERE started_at < ?');
  const evidence = db.prepare('INSERT OR IGNORE INTO policy_evidence (incident_id, folder, at) VALUES (?, ?, ?)');
  const forgetEvidence = db.prepare('DELETE FROM policy_evidence WHERE at < ?');
  return {
    load: (service) => {
      const row = get.get(service);
      const parsed = row && PolicyState.safeParse(JSON.parse(row.state));
      return row && parsed?.success
        ? { state: parsed.data, mark: { bootId: row.boot_id, offsetMs: row.clock_offset } }
        : null;
    },
    commit: db.transaction((service: string, state: PolicyState, effects: readonly PolicyEffect[], mark: ClockMark) => {
      put.run(service, JSON.stringify(state), mark.bootId, mark.offsetMs);
      for (const effect of effects) recordPolicyEffect(db, effect, { service, now: state.latestAt, reportPath });
    }),
    endAttempt: db.transaction((service: string, ended: EndedAttempt, now: number) => {
      const { attempt, outcome, exitCode, durationMs, detail } = ended;
      end.run(outcome, exitCode, durationMs, detail, attempt);
      endKickedAction(db, attempt, { ok: outcome === 'ok', exitCode, durationMs, detail }, now);
      forget.run(now - keptMs);
      const result = outcome === 'ok' ? 'ok' : 'failed';
      const details = { attempt, outcome, exitCode, durationMs };
      appendAudit(db, { at: now, actor: 'watchdog', action: 'action.ended', target: service, result, details });
    }),
    outcomeOf: (attempt) => getEnded.get(attempt) ?? null,
    addEvidence: db.transaction((incidentId: string, folder: string, now: number) => {
      evidence.run(incidentId, folder, now);
      forgetEvidence.run(now - keptMs);
      const incident = findIncident(db, incidentId);
      if (incident && !incident.evidence.includes(folder))
        saveIncident(db, { ...incident, evidence: [...incident.evidence, folder] }, now);
    }),
  };
}
