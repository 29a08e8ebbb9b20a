import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { type AlertState, bucketEnd } from './alert-state.ts';
import { type OutboxRow, outboxRow } from './notice.ts';
import {
  alertKey,
  emptyPlan,
  foldMember,
  type Plan,
  pendingNotices,
  plainRecord,
  recordOf,
  rowsOf,
  summaryMember,
} from './plan.ts';
import { type AlertRules, channelsFor, windowMsOf } from './rules.ts';
import { countInfo, minuteEndOf, type ServiceState } from './service-state.ts';
import { stepAlert } from './step-alert.ts';

export interface EventContext {
  now: number;
  rules: AlertRules;
  alert: AlertState;
  service: ServiceState;
}

/** What an event leads to (T1–T5, T9, T11, T12). Whether it was seen before is checked where the plan is written (T0). */
export function decideEvent(event: AlertEvent, context: EventContext): Plan {
  if (event.kind === 'info' || (event.kind === 'raise' && event.level === 'info')) return decideInfo(event, context);
  return decideAlert(event, context);
}

function decideAlert(event: AlertEvent, { now, rules, alert }: EventContext): Plan {
  const { service, alertType } = event;
  const windowMs = windowMsOf(rules, service);
  const channels = channelsFor(rules, service, 'critical');
  const at = Date.parse(event.at);
  const step = stepAlert(
    alert,
    {
      kind: event.kind === 'clear' ? 'clear' : 'raise',
      level: event.level === 'critical' ? 'critical' : 'warning',
      at,
      params: event.params,
      lastError: event.lastError,
    },
    { now, windowMs, channels },
  );
  const { state, rows } = rowsOf({ service, alertType, state: step.state }, step.drafts, at, now);
  const plan = emptyPlan(step.reason);
  plan.alerts.push({ key: alertKey(service, alertType), state });
  plan.rows.push(...rows);
  if (state.st !== 'none' && step.state !== alert) {
    plan.records.push({ base: recordOf(service, alertType, state), notices: pendingNotices(rows, now) });
  }
  if (needsTick(state)) {
    plan.watch = { service, alertType };
    plan.agenda.push({ member: summaryMember(service), at: bucketEnd(now, windowMs) });
  }
  return plan;
}

/** True while the summary of the service has something to say or to do for this alert (T8). */
export const needsTick = (state: AlertState): boolean =>
  state.memory.unreported.length > 0 || (state.st === 'open' && state.owed);

function decideInfo(event: AlertEvent, context: EventContext): Plan {
  const { now, rules } = context;
  const { service, alertType } = event;
  const { state, folded } = countInfo(context.service, alertType, now, rules.foldPerMinute);
  const plan = emptyPlan(folded ? 'info_folded' : 'info');
  plan.services.push({ service, state });
  if (folded) plan.agenda.push({ member: foldMember(service), at: minuteEndOf(now) });
  else plan.rows.push(...infoRows(event, context, plan));
  plan.records.push({
    base: {
      id: event.id,
      service,
      alertType,
      level: 'info',
      state: 'info',
      raisedAt: event.at,
      resolvedAt: null,
      params: event.params,
      lastError: event.lastError,
      suppressed: 0,
      ...plainRecord,
      labels: event.labels ?? {},
      text: event.text ?? null,
    },
    notices: pendingNotices(plan.rows, now),
  });
  return plan;
}

/** One row per channel; INFOs of one type keep their order too, so their tails live in the alert's state. */
function infoRows(event: AlertEvent, { now, rules, alert }: EventContext, plan: Plan): OutboxRow[] {
  const at = Date.parse(event.at);
  const { service, alertType, params, lastError } = event;
  const tails = { ...alert.memory.tails };
  const rows = channelsFor(rules, service, 'info').map((channel) => {
    const nid = `${event.id}:${channel}`;
    const after = tails[channel] ?? null;
    tails[channel] = nid;
    const notice = {
      kind: 'info' as const,
      service,
      at,
      alertType,
      level: 'info' as const,
      params,
      lastError,
      since: at,
      suppressed: 0,
    };
    return outboxRow({ nid, channel, after, notice, recordIds: [event.id] }, now);
  });
  plan.alerts.push({ key: alertKey(service, alertType), state: { ...alert, memory: { ...alert.memory, tails } } });
  return rows;
}
