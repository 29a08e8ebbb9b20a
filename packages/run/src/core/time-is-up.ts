import type { Effect, Phase, RunState, Step } from './run-state.ts';
import { after, isStop, launch, refuseAll, same, settle } from './transitions.ts';

/** After SIGKILL a process is gone in milliseconds, or it hangs in the kernel and nobody can help. */
const killedTimeoutMs = 1_500;

/** The time of the present phase has run out. */
export function timeIsUp(state: RunState, now: number): Step {
  const { phase } = state;
  switch (phase.at) {
    case 'waiting':
      return launch(state);
    case 'ending':
      return phase.stage === 'term' ? kill(state, now) : leaderStuck(state, phase);
    case 'clearing':
      return phase.stage === 'term' ? kill(state, now) : leftoversStuck(state, phase.next, now);
    default:
      return same(state);
  }
}

/** A second signal to the parent: whoever sent it does not want to wait. */
export const hurry = (state: RunState, now: number): Step => kill(state, now);

function kill(state: RunState, now: number): Step {
  const { phase } = state;
  if ((phase.at !== 'ending' && phase.at !== 'clearing') || phase.stage !== 'term') return same(state);
  const until = now + killedTimeoutMs;
  return {
    state: { ...state, phase: { ...phase, stage: 'kill', until } },
    effects: [{ do: 'kill' }, { do: 'tell', notice: { kind: 'killing' } }],
  };
}

const tellStuck: Effect = { do: 'tell', notice: { kind: 'stuck' } };

/** The first process cannot be ended: nothing is started beside it. Should it end later, the last wish is followed. */
function leaderStuck(state: RunState, { app, why }: Extract<Phase, { at: 'ending' }>): Step {
  const refused = refuseAll(state.pending, 'stuck');
  if (state.goal === 'leave') {
    const effects: Effect[] = [tellStuck, ...refused, { do: 'leave', code: 1 }];
    return { state: { ...state, phase: { at: 'over' }, pending: [] }, effects };
  }
  const phase: Phase = { at: 'ending', app, why, stage: 'stuck' };
  return { state: { ...state, phase, pending: [] }, effects: [tellStuck, ...refused] };
}

/** Only something the app left cannot be ended. An app that is to run is started all the same: down for good would be worse. */
function leftoversStuck(state: RunState, next: Extract<Phase, { at: 'clearing' }>['next'], now: number): Step {
  const stops = state.pending.filter(isStop);
  const calm: RunState = { ...state, pending: state.pending.filter((wish) => !isStop(wish)) };
  const refused = [tellStuck, ...refuseAll(stops, 'stuck')];
  if (state.goal !== 'leave') return after(refused, settle(calm, next, now));
  return { state: { ...calm, phase: { at: 'over' } }, effects: [...refused, { do: 'leave', code: 1 }] };
}
