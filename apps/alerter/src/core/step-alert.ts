import type { AlertState } from './alert-state.ts';
import type { AlertInput, Step, StepContext } from './step.ts';
import { stepAck, stepUnack } from './step-ack.ts';
import { stepClear } from './step-clear.ts';
import { stepClock } from './step-clock.ts';
import { stepRaise } from './step-raise.ts';

/**
 * The alert state machine, pure. The README of the alerter lists its transitions: raises (T1–T6, T11), clears (T9–T11), what falls
 * due by the clock (T4, T14, T15, ends of silences and parents), acknowledgement (T13). Digests and summaries, which are about
 * many alerts at once, are decided in decide-digest.ts (T7, T10) and decide-summary.ts (T8).
 */
export function stepAlert(state: AlertState, input: AlertInput, context: StepContext): Step {
  switch (input.kind) {
    case 'raise':
      return stepRaise(state, input, context);
    case 'clear':
      return stepClear(state, input.at, context);
    case 'clock':
      return stepClock(state, context);
    case 'ack':
      return stepAck(state, input, context);
    case 'unack':
      return stepUnack(state, input, context);
    default:
      return input satisfies never;
  }
}
