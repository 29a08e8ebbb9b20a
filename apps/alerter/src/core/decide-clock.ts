import { appointmentName } from './agenda.ts';
import type { AlertRef } from './alert-key.ts';
import { holderOfKnown } from './holder.ts';
import { alertIn, type Known } from './known.ts';
import type { Plan } from './plan.ts';
import { planStep } from './plan-step.ts';
import { type AlertRules, policyOf } from './rules.ts';
import { stepAlert } from './step-alert.ts';

/** A planned look at one alert: T4, T14, T15, a lapsed acknowledgement, the end of what held it back. */
export function decideClock(ref: AlertRef, known: Known, rules: AlertRules): Plan {
  const { now } = known;
  const state = alertIn(known, ref);
  const holder = holderOfKnown(ref, state, known, rules);
  const step = stepAlert(state, { kind: 'clock' }, { now, policy: policyOf(rules, ref.service), holder });
  const plan = planStep(ref, state, step, { now, rules, holder, shownAt: now });
  plan.ticked = { name: appointmentName({ kind: 'alert', ref }), set: null, settled: [], nextAt: null };
  return plan;
}
