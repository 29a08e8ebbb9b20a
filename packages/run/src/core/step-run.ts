import { answerWish } from './answer-wish.ts';
import { checkMemory, exited, spawned, spawnFailed } from './follow-process.ts';
import type { RunEvent, RunPolicy, RunState, Step } from './run-state.ts';
import { terminate } from './terminate.ts';
import { timeIsUp } from './time-is-up.ts';
import { same, settle } from './transitions.ts';

/**
 * The one decision of the parent: what an event means for the app, and what is to be done now, in order. Events may come at
 * any time and in any order; one that does not fit the phase changes nothing. `now` is ms of a clock that nobody sets: by the
 * system's, a step at boot or by NTP would make a crash look like a long life, and the budget begin anew.
 */
export function stepRun(state: RunState, event: RunEvent, policy: RunPolicy, now: number): Step {
  switch (event.type) {
    case 'ask':
      return answerWish(state, event, policy, now);
    case 'terminate':
      return terminate(state, policy, now);
    case 'spawned':
      return state.phase.at === 'launching' ? spawned(state, event.app, policy, now) : same(state);
    case 'spawn-failed':
      return state.phase.at === 'launching' ? spawnFailed(state, event.message, policy, now) : same(state);
    case 'exited':
      return exited(state, event, policy, now);
    case 'cleared':
      return state.phase.at === 'clearing' ? settle(state, state.phase.next, now) : same(state);
    case 'time':
      return 'until' in state.phase && state.phase.until <= event.due ? timeIsUp(state, now) : same(state);
    case 'memory':
      return checkMemory(state, event.mb, policy, now);
    default:
      return event satisfies never;
  }
}
