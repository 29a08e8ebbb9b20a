import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { AlertRef } from './alert-key.ts';
import type { AlertState } from './alert-state.ts';
import { decideInfo } from './decide-info.ts';
import { insideWindow } from './dedup-window.ts';
import type { DirectTelling } from './direct-telling.ts';
import { holderOf, holderOfKnown, withParents } from './holder.ts';
import { alertIn, type Known, type Needs, nothingNeeded } from './known.ts';
import type { Plan } from './plan.ts';
import { planStep } from './plan-step.ts';
import { type AlertRules, policyOf } from './rules.ts';
import type { RaiseInput, Step } from './step.ts';
import { stepAlert } from './step-alert.ts';
import { withTold } from './with-told.ts';

/** What `decideEvent` reads. */
export function needsOfEvent(event: AlertEvent, rules: AlertRules): Needs {
  const ref = refOf(event);
  if (isInfo(event)) return { ...nothingNeeded, alerts: [ref], services: [event.service] };
  return { ...nothingNeeded, alerts: withParents(ref, rules) };
}

/**
 * What an event leads to (T1–T6, T9–T12). Whether it was seen before is checked where the plan is written (T0). `told` is who heard
 * of it past Redis: then neither the window nor a silence can hold it back any more.
 */
export function decideEvent(
  event: AlertEvent,
  known: Known,
  rules: AlertRules,
  told: readonly DirectTelling[] = [],
): Plan {
  if (isInfo(event)) return decideInfo(event, known, rules);
  const news = newsOf(event, known, rules, told);
  return withTold(decideAlert(event, known, rules, news), event.kind, news);
}

/**
 * Without a try of which nobody knows whether it arrived, where the channel was told of this open alert within its window: there is
 * nothing it would miss, and another try would tell it twice.
 */
function newsOf(
  event: AlertEvent,
  known: Known,
  rules: AlertRules,
  told: readonly DirectTelling[],
): readonly DirectTelling[] {
  const state = alertIn(known, refOf(event));
  if (event.kind === 'clear' || state.st !== 'open' || state.hold !== null) return told;
  if (!insideWindow(state.memory, known.now, policyOf(rules, event.service).windowMs)) return told;
  return told.filter((one) => one.state === 'sent' || !state.announced.includes(one.channel));
}

function decideAlert(event: AlertEvent, known: Known, rules: AlertRules, told: readonly DirectTelling[]): Plan {
  const ref = refOf(event);
  const { now } = known;
  const state = alertIn(known, ref);
  const at = Date.parse(event.at);
  const policy = policyOf(rules, ref.service);
  if (event.kind === 'clear') {
    const holder = holderOfKnown(ref, state, known, rules);
    const step = stepAlert(state, { kind: 'clear', at }, { now, policy, holder });
    return planStep(ref, state, step, { now, rules, holder, shownAt: at });
  }
  const [telling] = told;
  const input = { ...raiseOf(event, at), epoch: telling?.epoch };
  const holder = telling ? null : holderOf({ ...ref, level: input.level, labels: input.labels }, known, rules);
  const step = stepAlert(state, input, { now, policy: telling ? { ...policy, windowMs: 0 } : policy, holder });
  const only = telling && insideWindow(state.memory, now, policy.windowMs) ? toldAgain(state, step, told) : step;
  return planStep(ref, state, only, { now, rules, holder, shownAt: at });
}

/** Who heard of an open alert within its window past Redis was told again; nobody else who knows of it is. */
function toldAgain(before: AlertState, step: Step, told: readonly DirectTelling[]): Step {
  if (before.st !== 'open') return step;
  const isDue = (channel: string) => told.some((one) => one.channel === channel) || !before.announced.includes(channel);
  const drafts = step.drafts.map((draft) =>
    draft.kind === 'still' ? { ...draft, channels: draft.channels.filter(isDue) } : draft,
  );
  return { ...step, drafts };
}

/** True for what is told once and leaves no alert open (T12). */
export const isInfo = (event: AlertEvent): boolean =>
  event.kind === 'info' || (event.kind === 'raise' && event.level === 'info');

const refOf = ({ service, alertType }: AlertEvent): AlertRef => ({ service, alertType });

const raiseOf = (event: AlertEvent, at: number): RaiseInput => ({
  kind: 'raise',
  level: event.level === 'critical' ? 'critical' : 'warning',
  at,
  params: event.params,
  lastError: event.lastError,
  labels: event.labels ?? {},
  text: event.text ?? null,
  endsAt: event.endsAt ? Date.parse(event.endsAt) : null,
});
