import { Incident, type IncidentAction, type IncidentPhase } from '@yoban/shared/contracts/incident';
import { isoTime } from '@yoban/shared/contracts/time';
import { appendAudit } from '@yoban/shared/facts/audit-log';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Database } from 'better-sqlite3';
import type { PolicyEffect } from '../core/policy/policy-effect.ts';
import { findIncident, saveIncident } from './incident-rows.ts';
import { incidentOfKick, interruptKickedActions } from './kicked-action.ts';
import { saveOpened } from './save-opened.ts';

interface Context {
  service: string;
  /** Epoch ms: the moment of the decision. */
  now: number;
  reportPath: (incident: { id: string; detectedAt: string }) => string | null;
}

type EffectOf<Do extends PolicyEffect['do']> = Extract<PolicyEffect, { do: Do }>;

/** Writes what an effect is about: the start of an action, the incident, what people are to hear. Looks leave nothing. */
export function recordPolicyEffect(db: Database, effect: PolicyEffect, context: Context): void {
  switch (effect.do) {
    case 'look':
    case 'evidence':
      break;
    case 'kick_answer':
      if (effect.result === 'interrupted') interruptKickedActions(db, context.service, context.now);
      break;
    case 'run':
      recordStart(db, effect, context);
      break;
    case 'would_run':
      audit(db, context, 'action.would_run', { incidentId: effect.incidentId, actions: effect.actions });
      break;
    case 'incident':
      recordIncident(db, effect, context);
      break;
    case 'tell':
      recordTold(db, effect, context);
      break;
    case 'phase':
      recordPhase(db, effect, context);
      break;
    default:
      effect satisfies never;
  }
}

function audit(
  db: Database,
  { service, now }: Context,
  action: string,
  details: Record<string, unknown>,
  actor = 'watchdog',
) {
  appendAudit(db, { at: now, actor, action, target: service, result: 'ok', details });
}

/** Changes an incident that may not be there: one from before the store was lost has nothing to change. */
function change(db: Database, id: string, { now }: Context, edit: (incident: Incident) => Incident): void {
  const incident = findIncident(db, id);
  if (incident) saveIncident(db, edit(incident), now);
}

function recordStart(db: Database, effect: EffectOf<'run'>, context: Context): void {
  const { attempt, action, fault, source, nth, max } = effect;
  const { service, now } = context;
  const incidentId = effect.incidentId ?? (fault === null ? incidentOfKick(db, service) : null);
  db.prepare(
    `INSERT INTO policy_attempt (attempt, service, action, fault, incident_id, source, started_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(attempt, service, action, fault, incidentId, source, now);
  const actor = source === 'yoban' ? 'watchdog' : source;
  audit(db, context, 'action.started', { attempt, action, fault, incidentId, nth, max }, actor);
  if (incidentId === null) return;
  const begun: IncidentAction = {
    ...{ name: action, startedAt: isoTime(now), attempt: nth, attemptMax: max },
    ...{ ok: null, exitCode: null, durationMs: null, detail: '', by: source },
  };
  change(db, incidentId, context, (incident) => ({ ...incident, actions: [...incident.actions, begun] }));
}

function recordIncident(db: Database, effect: EffectOf<'incident'>, context: Context): void {
  const { incidentId } = effect;
  switch (effect.change) {
    case 'opened':
      saveOpened(db, openedBy(db, effect, context), context.now);
      break;
    case 'acted':
      endCutShort(db, effect);
      change(db, incidentId, context, (incident) => ({ ...incident, actions: ended(incident.actions, effect) }));
      break;
    case 'verified':
      // Told by the action before it; a proof that failed is what its detail should say.
      if (!effect.ok)
        change(db, incidentId, context, (incident) => ({
          ...incident,
          actions: notProven(incident.actions, effect.why),
        }));
      break;
    case 'closed':
      change(db, incidentId, context, (incident) => ({
        ...incident,
        recoveredAt: isoTime(context.now),
        recoveredBy: effect.recoveredBy,
      }));
      break;
    default:
      effect satisfies never;
  }
}

function openedBy(
  db: Database,
  { incidentId, fault, severity, beganAt, detectedAt, cause }: Extract<EffectOf<'incident'>, { change: 'opened' }>,
  { service, reportPath }: Context,
): Incident {
  const evidence = db
    .prepare<[string], string>('SELECT folder FROM policy_evidence WHERE incident_id = ? ORDER BY at')
    .pluck()
    .all(incidentId);
  const report = reportPath({ id: incidentId, detectedAt: isoTime(detectedAt) });
  return Incident.parse({
    ...{ id: incidentId, service, fault, severity, detectedAt: isoTime(detectedAt), cause, evidence },
    reports: report === null ? [] : [report],
    beganAt: beganAt === null ? null : isoTime(Math.min(beganAt, detectedAt)),
    ...{ alertedAt: null, recoveredAt: null, lastError: null, recoveredBy: null },
  });
}

/** Where the action itself could not say how it ended: the watchdog was killed meanwhile. */
function endCutShort(
  db: Database,
  { attempt, outcome, durationMs, detail }: Extract<EffectOf<'incident'>, { change: 'acted' }>,
): void {
  db.prepare(
    'UPDATE policy_attempt SET outcome = ?, duration_ms = ?, detail = ? WHERE attempt = ? AND outcome IS NULL',
  ).run(outcome, durationMs, detail, attempt);
}

/** The newest of that name that has no end yet. */
function ended(
  actions: readonly IncidentAction[],
  effect: Extract<EffectOf<'incident'>, { change: 'acted' }>,
): IncidentAction[] {
  const at = actions.findLastIndex(({ name, ok }) => name === effect.action && ok === null);
  const { outcome, exitCode, durationMs, detail } = effect;
  const end = { ok: outcome === 'ok', exitCode, durationMs, detail: detail.slice(0, 300) };
  return actions.map((action, index) => (index === at ? { ...action, ...end } : action));
}

const notProven = (actions: readonly IncidentAction[], why: string): IncidentAction[] =>
  actions.map((action, index) =>
    index === actions.length - 1
      ? { ...action, detail: [action.detail, `not proven: ${why}`].filter(Boolean).join('; ') }
      : action,
  );

function recordTold(db: Database, effect: EffectOf<'tell'>, context: Context): void {
  const { kind, level, alertType, incidentId } = effect;
  const { service, now } = context;
  // P7: each CRITICAL says where its report lies.
  const report = level === 'critical' && kind === 'raise' ? findIncident(db, incidentId)?.reports[0] : undefined;
  const params = report === undefined ? effect.params : { ...effect.params, report };
  // A worse level of the same fault is told again, a repeat of the same words is one event.
  const id = `${incidentId}-${alertType}-${kind === 'raise' ? level : kind}${params.phase ? `-${params.phase}` : ''}`;
  const event = { id, kind, level, service, alertType, at: isoTime(now), params, lastError: null, incidentId };
  putFact(db, 'alertEvent', id, event);
  if (kind === 'raise')
    change(db, incidentId, context, (incident) => ({ ...incident, alertedAt: incident.alertedAt ?? isoTime(now) }));
}

function recordPhase(db: Database, effect: EffectOf<'phase'>, context: Context): void {
  const { name, beganAt, dueAt, endedAt, late } = effect;
  const phase: IncidentPhase = {
    ...{ name, startedAt: isoTime(beganAt), dueAt: isoTime(dueAt), late },
    endedAt: endedAt === null ? null : isoTime(endedAt),
  };
  change(db, effect.incidentId, context, (incident) => {
    const others = incident.phases.filter((one) => one.name !== name);
    return { ...incident, phases: [...others, phase] };
  });
}
