import { alertSets, appointmentName } from './agenda.ts';
import type { AlertRef } from './alert-key.ts';
import { pendingNotices, recordOf } from './alert-record.ts';
import type { AlertState } from './alert-state.ts';
import { countedRows } from './counted-rows.ts';
import { bucketEnd, bucketOver, insideWindow } from './dedup-window.ts';
import { holderOfKnown } from './holder.ts';
import { alertIn, type Known, type Watched } from './known.ts';
import type { OutboxRow } from './notice.ts';
import { rowsOf } from './notice-rows.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { heldSet, needsSummary } from './plan-step.ts';
import { type AlertRules, policyOf } from './rules.ts';
import { isAcked } from './step-ack.ts';
import { toldNow } from './told.ts';

/**
 * T8, at the end of a window bucket: one "N alerts suppressed" for all alerts of the service that were counted in buckets now
 * over, also those missed while nobody ran; then alerts still owed (T2) whose window is over are told as T4.
 */
export function decideSummary(service: string, { refs, more }: Watched, known: Known, rules: AlertRules): Plan {
  const { now } = known;
  const { windowMs } = policyOf(rules, service);
  const looks = refs.map((ref) => ({ ref, ...takeDue(alertIn(known, ref), now, windowMs) }));
  const due = looks.filter((one) => one.count > 0);
  const lines = due.map(({ ref, count, state }) => ({
    alertType: ref.alertType,
    count,
    open: state.st === 'open',
    text: state.st === 'none' ? null : state.text,
  }));
  const plan = emptyPlan(lines.length > 0 ? 'summary' : 'nothing_suppressed');
  const recordIds = due.flatMap(({ ref, state }) => (state.st === 'none' ? [] : [recordOf(ref, state).id]));
  const summary =
    lines.length > 0 ? countedRows({ kind: 'summary', service, lines, recordIds }, known, rules, plan) : [];

  for (const { ref, state } of looks) {
    const told = tellOwed(ref, state, { known, rules, plan });
    plan.alerts.push({ ref, state: told.state });
    plan.rows.push(...told.rows);
    if (told.state.st === 'none') continue;
    const base = recordOf(ref, told.state);
    const shown = [...told.rows, ...summary.filter((row) => row.recordIds.includes(base.id))];
    if (shown.length > 0) plan.records.push({ base, notices: pendingNotices(shown, now) });
  }
  plan.ticked = {
    name: appointmentName({ kind: 'summary', service }),
    set: alertSets.summary(service),
    settled: plan.alerts.filter((one) => !needsSummary(one.state)).map((one) => one.ref),
    // More wait than one summary is made of: the next one follows at once.
    nextAt: lines.length > 0 && more ? now : bucketEnd(now, windowMs),
  };
  return plan;
}

/** Counts of buckets that are over. */
function takeDue(state: AlertState, now: number, windowMs: number): { count: number; state: AlertState } {
  const isDue = ({ until }: { until: number }) => bucketOver(until, now, windowMs);
  const count = state.memory.unreported.filter(isDue).reduce((sum, one) => sum + one.count, 0);
  const unreported = state.memory.unreported.filter((one) => !isDue(one));
  return { count, state: { ...state, memory: { ...state.memory, unreported } } };
}

interface Owing {
  known: Known;
  rules: AlertRules;
  plan: Plan;
}

function tellOwed(
  ref: AlertRef,
  state: AlertState,
  { known, rules, plan }: Owing,
): { state: AlertState; rows: OutboxRow[] } {
  const { now } = known;
  const policy = policyOf(rules, ref.service);
  if (state.st !== 'open' || state.hold?.by !== 'window') return { state, rows: [] };
  const holder = holderOfKnown(ref, state, known, rules);
  if (holder) {
    plan.watch.push({ set: heldSet(holder), ref });
    return { state: { ...state, hold: holder }, rows: [] };
  }
  if (insideWindow(state.memory, now, policy.windowMs) || isAcked(state, { now, policy })) return { state, rows: [] };
  const sent = toldNow(state, { now, policy });
  return rowsOf(
    { ref, state: sent },
    [{ kind: 'still', because: 'window', channels: sent.announced, of: sent }],
    now,
    now,
  );
}
