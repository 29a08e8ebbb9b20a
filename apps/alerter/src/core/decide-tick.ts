import { type AlertState, bucketEnd, insideWindow } from './alert-state.ts';
import { needsTick } from './decide-event.ts';
import { type Notice, type OutboxRow, outboxRow } from './notice.ts';
import { alertKey, emptyPlan, foldMember, type Plan, pendingNotices, recordOf, rowsOf, summaryMember } from './plan.ts';
import { type AlertRules, channelsFor, summaryChannels, windowMsOf } from './rules.ts';
import type { ServiceState } from './service-state.ts';
import { toldAgain } from './step-alert.ts';

export interface TickContext {
  now: number;
  rules: AlertRules;
  service: string;
  state: ServiceState;
}

type Counted = Extract<Notice, { lines: unknown }>;

/**
 * T8, at the end of a window bucket: one "N alerts suppressed" for all alerts of the service that were counted in buckets now
 * over, also those missed while nobody ran; then alerts still owed (T2) whose window is over are told as T4.
 */
export function decideSummary(alerts: { alertType: string; state: AlertState }[], context: TickContext): Plan {
  const { now, rules, service } = context;
  const windowMs = windowMsOf(rules, service);
  const looks = alerts.map((one) => ({ ...one, ...takeDue(one.state, now, windowMs) }));
  const lines = looks
    .filter((one) => one.count > 0)
    .map(({ alertType, count, state }) => ({ alertType, count, open: state.st === 'open' }));
  const plan = emptyPlan(lines.length > 0 ? 'summary' : 'nothing_suppressed');
  const recordIds = looks
    .filter((one) => one.count > 0)
    .flatMap(({ alertType, state }) => (state.st === 'none' ? [] : [recordOf(service, alertType, state).id]));
  const summary = lines.length > 0 ? countedRows('summary', lines, recordIds, context, plan) : [];

  for (const { alertType, state } of looks) {
    const told = tellOwed(alertType, state, context);
    plan.alerts.push({ key: alertKey(service, alertType), state: told.state });
    plan.rows.push(...told.rows);
    if (told.state.st === 'none') continue;
    const base = recordOf(service, alertType, told.state);
    const shown = [...told.rows, ...summary.filter((row) => row.recordIds.includes(base.id))];
    if (shown.length > 0) plan.records.push({ base, notices: pendingNotices(shown, now) });
  }
  const settled = plan.alerts.filter((one) => !needsTick(one.state)).map((one) => one.key.slice(service.length + 1));
  plan.ticked = { member: summaryMember(service), service, settled, nextAt: bucketEnd(now, windowMs) };
  return plan;
}

/** Counts of buckets that are over. One that ends more than a window ahead was noted before the clock went back: over too. */
function takeDue(state: AlertState, now: number, windowMs: number): { count: number; state: AlertState } {
  const isDue = (one: { until: number }) => one.until <= now || one.until > now + windowMs;
  const count = state.memory.unreported.filter(isDue).reduce((sum, one) => sum + one.count, 0);
  const unreported = state.memory.unreported.filter((one) => !isDue(one));
  return { count, state: { ...state, memory: { ...state.memory, unreported } } };
}

function tellOwed(
  alertType: string,
  state: AlertState,
  context: TickContext,
): { state: AlertState; rows: OutboxRow[] } {
  const { now, rules, service } = context;
  const hidden = insideWindow(state.memory, now, windowMsOf(rules, service));
  if (state.st !== 'open' || !state.owed || hidden) return { state, rows: [] };
  const channels = channelsFor(rules, service, 'critical');
  const told = toldAgain(state, { now, channels });
  return rowsOf({ service, alertType, state: told }, [{ kind: 'still', channels, of: told }], now, now);
}

/** The minute is over: INFOs over the limit leave as one message (T12). */
export function decideFold(context: TickContext): Plan {
  const { rules, service, state } = context;
  const lines = Object.entries(state.folded).map(([alertType, count]) => ({ alertType, count, open: null }));
  const plan = emptyPlan(lines.length > 0 ? 'fold' : 'nothing_folded');
  plan.ticked = { member: foldMember(service), service, settled: [], nextAt: null };
  const emptied = { ...context, state: { ...state, folded: {} } };
  if (lines.length > 0) countedRows('fold', lines, [], emptied, plan, channelsFor(rules, service, 'info'));
  return plan;
}

function countedRows(
  kind: Counted['kind'],
  lines: Counted['lines'],
  recordIds: string[],
  context: TickContext,
  plan: Plan,
  channels = summaryChannels(context.rules, context.service),
): OutboxRow[] {
  const { now, service, state } = context;
  const tails = { ...state.tails };
  const notice: Counted = { kind, service, at: now, lines };
  const rows = channels.map((channel) => {
    const nid = `${kind}:${service}:${now}:${channel}`;
    const row = outboxRow({ nid, channel, after: tails[channel] ?? null, notice, recordIds }, now);
    tails[channel] = nid;
    return row;
  });
  plan.rows.push(...rows);
  plan.services.push({ service, state: { ...state, tails } });
  return rows;
}
