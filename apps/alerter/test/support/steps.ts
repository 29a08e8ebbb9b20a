import { MINUTE } from '@yoban/shared/contracts/time';
import { type AlertState, noAlert } from '../../src/core/alert-state.ts';
import type { Holder } from '../../src/core/holder.ts';
import { nextMoment } from '../../src/core/next-moment.ts';
import { type Policy, policyOf } from '../../src/core/rules.ts';
import type { AlertInput, Step } from '../../src/core/step.ts';
import { stepAlert } from '../../src/core/step-alert.ts';
import { testRules } from './rules.ts';

export const t0 = Date.parse('2026-03-11T06:30:00Z');
export const W = 15 * MINUTE;

export interface Played {
  /** Minutes after the beginning at which it is decided. */
  min: number;
  kind: AlertInput['kind'];
  level?: 'critical' | 'warning';
  /** When its source saw it, if not then. */
  atMin?: number;
  endsMin?: number;
  /** What holds raises back at that moment. */
  holder?: Holder;
}

/** Runs events through the machine, one alert alone. */
export function play(events: readonly Played[], policy: Partial<Policy> = {}, from: AlertState = noAlert) {
  const whole = { ...policyOf(testRules(), 'a'), ...policy };
  let state = from;
  const steps: Step[] = events.map((event) => {
    const context = { now: t0 + event.min * MINUTE, policy: whole, holder: event.holder ?? null };
    const step = stepAlert(state, inputOf(event, state), context);
    state = step.state;
    return step;
  });
  const last = events.at(-1);
  const next = last && nextMoment(state, { now: t0 + last.min * MINUTE, policy: whole, holder: last.holder ?? null });
  return { state, steps, told: told(steps), nextMin: next == null ? null : (next - t0) / MINUTE };
}

function inputOf(event: Played, state: AlertState): AlertInput {
  const { min, kind, level = 'critical', atMin = min, endsMin } = event;
  const at = t0 + atMin * MINUTE;
  const { epoch } = state.memory;
  switch (kind) {
    case 'raise':
      return {
        kind,
        level,
        at,
        params: { n: min },
        lastError: null,
        labels: {},
        text: null,
        endsAt: endsMin === undefined ? null : t0 + endsMin * MINUTE,
      };
    case 'clear':
      return { kind, at };
    case 'ack':
      return { kind, epoch, by: 'operator', note: null };
    case 'unack':
      return { kind, epoch };
    case 'clock':
      return { kind };
    default:
      return kind satisfies never;
  }
}

/** `reason kind>channel+channel` of each step. */
const told = (steps: readonly Step[]): string[] =>
  steps.map(({ reason, drafts }) =>
    [reason, ...drafts.map(({ kind, channels }) => `${kind}>${channels.join('+')}`)].join(' '),
  );
