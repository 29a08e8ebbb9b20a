import type { AlertType } from '@yoban/shared/alerts/catalogue';
import { OverallStatus } from '@yoban/shared/contracts/health';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { z } from 'zod';
import { type Effect, quiet, type Step } from './effect.ts';

const Open = z.object({ incidentId: z.string() }).nullable();

/** What people were told about the health endpoint and about the status it shows; each is open until its own recovery. */
export const ExternalState = z.object({
  unreachable: z.object({ incidentId: z.string(), alertType: z.enum(['kit_down', 'health_unreachable']) }).nullable(),
  unhealthy: Open,
  degraded: Open,
});
export type ExternalState = z.infer<typeof ExternalState>;

export const nothingTold: ExternalState = { unreachable: null, unhealthy: null, degraded: null };

export interface HealthReason {
  check: string;
  code: string;
  impact: 'degraded' | 'unhealthy';
}

/** One check after its rechecks: H6 says DOWN only when the third fetch failed too. */
export type ExternalEvent =
  | { type: 'fetched'; status: OverallStatus; reasons: HealthReason[] }
  | { type: 'unreachable'; detail: string };

export interface ExternalContext {
  service: string;
  /** Of HEALTH_URL. */
  host: string;
  /** The app's own liveness, asked of the app itself: true, false, or null where nothing can tell. */
  serviceUp: boolean | null;
  /** CRITICAL alerts of the service that are open, or about to be told (a process in its grace). */
  told: ReadonlySet<AlertType>;
  /** Those that were over a moment ago: the status, which waits for two good looks, still shows them. */
  justOver: ReadonlySet<AlertType>;
}

/** One step of the check from outside (H6) at `now` (epoch ms). Worsening is told at once, recovery only at healthy. */
export function stepExternal(
  state: ExternalState,
  event: ExternalEvent,
  context: ExternalContext,
  now: number,
): Step<ExternalState> {
  if (event.type === 'unreachable') return unreachable(state, event.detail, context, now);
  const reached = { ...state, unreachable: null };
  const effects = state.unreachable ? [clearOf(state.unreachable.alertType, state.unreachable.incidentId)] : [];
  const next = statusSeen(reached, event, context, now);
  return {
    ...next,
    effects: [...effects, ...next.effects],
    reason: next.reason ?? (effects.length > 0 ? 'reached' : null),
  };
}

function unreachable(
  state: ExternalState,
  detail: string,
  { service, host, serviceUp, told }: ExternalContext,
  now: number,
): Step<ExternalState> {
  if (state.unreachable) return quiet(state);
  // The app's own fault is told, or will be within its grace: one fault, one message.
  if (told.has('process_down') || told.has('health_unreachable')) return quiet(state, 'told_already');
  const alertType = serviceUp === false ? 'health_unreachable' : 'kit_down';
  const incidentId = `${service}-external-${now}`;
  const params = alertType === 'kit_down' ? { detail, serviceUp: serviceUp === true } : { host, detail };
  const raise: Effect = { do: 'raise', incidentId, alertType, detectedAt: now, cause: detail, params };
  return { state: { ...state, unreachable: { incidentId, alertType } }, effects: [raise], reason: alertType };
}

function statusSeen(
  state: ExternalState,
  { status, reasons }: Extract<ExternalEvent, { type: 'fetched' }>,
  context: ExternalContext,
  now: number,
): Step<ExternalState> {
  switch (status) {
    case 'healthy':
      return recovered(state);
    case 'degraded': {
      if (state.degraded || state.unhealthy) return quiet(state);
      const { incidentId, effect } = statusRaise('service_degraded', reasons, context, now);
      return { state: { ...state, degraded: { incidentId } }, effects: [effect], reason: 'degraded' };
    }
    case 'unhealthy': {
      if (state.unhealthy) return quiet(state);
      const bad = reasons.filter((reason) => reason.impact === 'unhealthy');
      const told = new Set([...context.told, ...context.justOver]);
      if (bad.length > 0 && bad.every((reason) => isTold(reason, told))) return quiet(state, 'told_already');
      const { incidentId, effect } = statusRaise('service_unhealthy', bad, context, now);
      return { state: { ...state, unhealthy: { incidentId } }, effects: [effect], reason: 'unhealthy' };
    }
    default:
      return status satisfies never;
  }
}

function recovered(state: ExternalState): Step<ExternalState> {
  const effects = [
    ...(state.unhealthy ? [clearOf('service_unhealthy', state.unhealthy.incidentId)] : []),
    ...(state.degraded ? [clearOf('service_degraded', state.degraded.incidentId)] : []),
  ];
  return { state: nothingTold, effects, reason: effects.length > 0 ? 'healthy' : null };
}

const clearOf = (alertType: AlertType, incidentId: string): Effect => ({
  do: 'clear',
  incidentId,
  alertType,
  recoveredBy: 'by-itself',
  params: {},
});

function statusRaise(
  alertType: 'service_degraded' | 'service_unhealthy',
  reasons: readonly HealthReason[],
  { service }: ExternalContext,
  now: number,
): { incidentId: string; effect: Effect } {
  const text = [...new Set(reasons.map((reason) => reason.code))].join(', ') || 'unknown';
  const incidentId = `${service}-${alertType === 'service_degraded' ? 'degraded' : 'unhealthy'}-${now}`;
  const params = { reasons: text.slice(0, 300) };
  return { incidentId, effect: { do: 'raise', incidentId, alertType, detectedAt: now, cause: text, params } };
}

/** Alerts that tell the same as a reason of this check. */
const tellers: readonly (readonly [check: RegExp, alerts: readonly AlertType[]])[] = [
  [/^process\b/, ['process_down', 'health_unreachable']],
  [/^database\b/, ['database_corrupt']],
  [/^backups\b/, ['backup_failed']],
];

const isTold = ({ check }: HealthReason, told: ReadonlySet<AlertType>): boolean =>
  tellers.some(([pattern, alerts]) => pattern.test(check) && alerts.some((alert) => told.has(alert)));

/** The part of a HealthResponse that the check from outside reads; null when the body is something else. */
export function readHealth(body: string): Extract<ExternalEvent, { type: 'fetched' }> | null {
  const parsed = HealthBody.safeParse(body);
  return parsed.success ? { type: 'fetched', ...parsed.data } : null;
}

const Health = z.object({
  status: OverallStatus,
  reasons: z
    .array(z.object({ check: z.string(), code: z.string(), impact: z.enum(['degraded', 'unhealthy']) }))
    .default([]),
});
const HealthBody = jsonText(Health);
