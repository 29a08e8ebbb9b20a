import { type Appointment, alertSets, appointmentName } from './agenda.ts';
import { type AlertRef, alertKey } from './alert-key.ts';
import { pendingNotices, recordOf } from './alert-record.ts';
import type { AlertState } from './alert-state.ts';
import { bucketEnd } from './dedup-window.ts';
import type { Holder } from './holder.ts';
import { graceMsOf } from './inhibit.ts';
import { nextMoment } from './next-moment.ts';
import { rowsOf } from './notice-rows.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { type AlertRules, policyOf } from './rules.ts';
import type { Draft, Step } from './step.ts';

export interface StepMoment {
  now: number;
  rules: AlertRules;
  holder: Holder | null;
  /** The time its messages show, epoch ms. */
  shownAt: number;
}

/** What one step of one alert writes: its state, its messages, its record, and when it is to be looked at again. */
export function planStep(ref: AlertRef, before: AlertState, step: Step, moment: StepMoment): Plan {
  const { now, rules, holder } = moment;
  const plan = emptyPlan(step.reason);
  const drafts = step.drafts.map((draft) => forReceivers(draft, rules));
  const { state, rows } = rowsOf({ ref, state: step.state }, drafts, moment.shownAt, now);
  if (step.state !== before) {
    plan.alerts.push({ ref, state });
    plan.rows.push(...rows);
    if (state.st !== 'none') plan.records.push({ base: recordOf(ref, state), notices: pendingNotices(rows, now) });
  }
  if (holder && state.st === 'open') plan.watch.push({ set: heldSet(holder), ref });
  if (before.st === 'open' && state.st === 'resolved') {
    plan.release.push({ set: alertSets.parent(alertKey(ref)), at: now + graceMsOf(rules.inhibit, ref) });
  }
  planLooks(ref, state, moment, plan);
  return plan;
}

/** An acknowledgement is no message to people: only receivers that keep alerts of their own are told. */
const forReceivers = (draft: Draft, { ackChannels }: AlertRules): Draft =>
  draft.kind === 'ack' ? { ...draft, channels: draft.channels.filter((name) => ackChannels.includes(name)) } : draft;

export const heldSet = (holder: Holder): string =>
  holder.by === 'silence' ? alertSets.silence(holder.id) : alertSets.parent(holder.key);

/** True while the summary of the service has something to say or to do for this alert (T8). */
export const needsSummary = (state: AlertState): boolean =>
  state.memory.unreported.length > 0 || (state.st === 'open' && state.hold?.by === 'window');

function planLooks(ref: AlertRef, state: AlertState, { now, rules, holder }: StepMoment, plan: Plan): void {
  const policy = policyOf(rules, ref.service);
  const look = (one: Appointment, at: number) => plan.agenda.push({ name: appointmentName(one), at });
  if (needsSummary(state)) {
    plan.watch.push({ set: alertSets.summary(ref.service), ref });
    look({ kind: 'summary', service: ref.service }, bucketEnd(now, policy.windowMs));
  }
  for (const { until, channels } of state.memory.digest) {
    for (const channel of channels) {
      plan.watch.push({ set: alertSets.digest(channel), ref });
      look({ kind: 'digest', channel }, until);
    }
  }
  const at = nextMoment(state, { now, policy, holder });
  if (at !== null) look({ kind: 'alert', ref }, at);
}
