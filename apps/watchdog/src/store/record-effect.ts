import { alertCatalogue } from '@yoban/shared/alerts/catalogue';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { Incident } from '@yoban/shared/contracts/incident';
import { isoTime } from '@yoban/shared/contracts/time';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Database } from 'better-sqlite3';
import type { Effect } from '../core/effect.ts';
import { findIncident, saveIncident } from './incident-rows.ts';
import { saveOpened } from './save-opened.ts';

interface Context {
  service: string;
  lastError: string | null;
  now: number;
}

/** Writes what an effect tells: the incident's row and, to the outbox, the alert event and the incident as a fact. */
export function recordEffect(db: Database, effect: Effect, context: Context): void {
  switch (effect.do) {
    case 'raise':
      saveOpened(db, opened(effect, context), context.now);
      putAlert(db, effect, { kind: 'raise', suffix: 'raise' }, context);
      return;
    case 'inform':
      saveIncident(db, closed(opened(effect, context), effect.recoveredBy, context), context.now);
      putAlert(db, effect, { kind: 'info', suffix: 'info' }, context);
      return;
    case 'clear': {
      const incident = findIncident(db, effect.incidentId);
      if (incident) saveIncident(db, closed(incident, effect.recoveredBy, context), context.now);
      putAlert(db, effect, { kind: 'clear', suffix: 'clear' }, context);
      return;
    }
    case 'amend': {
      const incident = findIncident(db, effect.incidentId);
      if (incident) saveIncident(db, { ...incident, cause: effect.cause }, context.now);
      return;
    }
    default:
      effect satisfies never;
  }
}

type Opening = Extract<Effect, { do: 'raise' | 'inform' }>;

const opened = (effect: Opening, { service, lastError, now }: Context): Incident =>
  Incident.parse({
    id: effect.incidentId,
    service,
    fault: effect.alertType,
    severity: alertCatalogue[effect.alertType].level,
    detectedAt: isoTime(effect.detectedAt),
    alertedAt: isoTime(now),
    recoveredAt: null,
    cause: effect.cause,
    lastError,
    recoveredBy: null,
  });

const closed = (incident: Incident, recoveredBy: string, { now }: Context): Incident => ({
  ...incident,
  recoveredAt: isoTime(now),
  recoveredBy,
});

/** `at` of a raise is when it is told, of an INFO when it was seen to be over: both are `now`, the moment of the decision. */
function putAlert(
  db: Database,
  effect: Exclude<Effect, { do: 'amend' }>,
  form: { kind: AlertEvent['kind']; suffix: string },
  { service, lastError, now }: Context,
): void {
  const id = `${effect.incidentId}-${form.suffix}`;
  putFact(db, 'alertEvent', id, {
    id,
    kind: form.kind,
    level: alertCatalogue[effect.alertType].level,
    service,
    alertType: effect.alertType,
    at: isoTime(now),
    params: effect.params,
    lastError: form.kind === 'clear' ? null : lastError,
    incidentId: effect.incidentId,
  });
}
