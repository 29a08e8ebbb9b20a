import type { Phase, RunPolicy, RunState, Step, Wish } from './run-state.ts';
import { after, beginEnd, isStop, launch, refuseAll, same, settle } from './transitions.ts';

/** A wish of a client. It is answered once: when its state is reached, or as soon as it cannot be reached any more. */
export function answerWish(state: RunState, wish: Omit<Wish, 'process'>, policy: RunPolicy, now: number): Step {
  const { phase, goal } = state;
  if (goal === 'leave') return { state, effects: refuseAll([wish], 'leaving') };
  if (phase.at === 'ending' && phase.stage === 'stuck') return { state, effects: refuseAll([wish], 'stuck') };
  if (wish.do === 'stop') return aimAtEnd(state, 'stop', { ...wish, process: 0 }, policy, now);
  return aimAtRun(state, wish.id, wish.do, policy, now);
}

/** A stop, or the end of the parent. Starts that wait are in vain now, except one that is under way this very moment. */
export function aimAtEnd(
  state: RunState,
  goal: 'stop' | 'leave',
  wish: Wish | null,
  policy: RunPolicy,
  now: number,
): Step {
  const { phase, starts } = state;
  const inVain = state.pending.filter((one) => !isStop(one) && !(phase.at === 'launching' && one.process <= starts));
  const pending = [...state.pending.filter((one) => !inVain.includes(one)), ...(wish ? [wish] : [])];
  const next: RunState = { ...state, goal, pending };
  const refused = refuseAll(inVain, goal === 'leave' ? 'leaving' : 'superseded');
  switch (phase.at) {
    case 'online':
      return after(refused, beginEnd(next, 'asked', policy, now));
    case 'waiting':
    case 'stopped':
    case 'errored':
      return after(refused, settle(next, { do: 'give-up' }, now));
    default:
      return after(refused, same(next));
  }
}

/** `start` and `restart`: from any state, with a fresh budget. A start of what runs is fulfilled already. */
function aimAtRun(state: RunState, id: number, kind: 'start' | 'restart', policy: RunPolicy, now: number): Step {
  const { phase } = state;
  if (phase.at === 'online' && kind === 'start') return { state, effects: [{ do: 'reply', to: id }] };
  const isUnderWay = phase.at === 'launching' && kind === 'start';
  // A stop is reached on the way to a new process, but not beside one that is starting.
  const inVain = phase.at === 'launching' ? state.pending.filter(isStop) : [];
  const wish: Wish = { id, do: kind, process: isUnderWay ? state.starts : state.starts + 1 };
  const pending = [...state.pending.filter((one) => !inVain.includes(one)), wish];
  const next: RunState = { ...state, goal: 'run', pending };
  const refused = refuseAll(inVain, 'superseded');
  switch (phase.at) {
    case 'online':
      return after(refused, beginEnd(next, 'asked', policy, now));
    case 'waiting':
    case 'stopped':
    case 'errored':
      return after(refused, launch({ ...next, unstable: 0 }));
    case 'clearing': {
      const soon: Phase = { ...phase, next: { do: 'launch', notBefore: now } };
      return after(refused, same({ ...next, unstable: 0, phase: soon }));
    }
    default:
      return after(refused, same(next));
  }
}
