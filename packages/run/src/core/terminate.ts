import { aimAtEnd } from './answer-wish.ts';
import type { RunPolicy, RunState, Step } from './run-state.ts';
import { hurry } from './time-is-up.ts';

/** The parent is to end: the app first, in order; a second time, at once. */
export function terminate(state: RunState, policy: RunPolicy, now: number): Step {
  const { phase } = state;
  if (state.goal === 'leave') return hurry(state, now);
  if (phase.at !== 'ending' || phase.stage !== 'stuck') return aimAtEnd(state, 'leave', null, policy, now);
  // It has outlived SIGKILL already: nothing more can be done for it.
  return { state: { ...state, goal: 'leave', phase: { at: 'over' } }, effects: [{ do: 'leave', code: 1 }] };
}
