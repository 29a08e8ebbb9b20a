import type { Effect, Next, Phase, Refusal, RunPolicy, RunState, Step, Wish } from './run-state.ts';

export const same = (state: RunState): Step => ({ state, effects: [] });

export const after = (effects: Effect[], step: Step): Step => ({
  state: step.state,
  effects: [...effects, ...step.effects],
});

export const isStop = (wish: Wish): boolean => wish.do === 'stop';

export const refuseAll = (wishes: readonly { id: number }[], why: Refusal): Effect[] =>
  wishes.map(({ id }) => ({ do: 'refuse', to: id, why }));

export const replyAll = (wishes: readonly Wish[]): Effect[] => wishes.map(({ id }) => ({ do: 'reply', to: id }));

export function launch(state: RunState): Step {
  return { state: { ...state, phase: { at: 'launching' }, starts: state.starts + 1 }, effects: [{ do: 'launch' }] };
}

export function beginEnd(state: RunState, why: 'asked' | 'memory-limit', policy: RunPolicy, now: number): Step {
  if (state.phase.at !== 'online') return same(state);
  const { app } = state.phase;
  const phase: Phase = { at: 'ending', app, why, stage: 'term', until: now + policy.killTimeoutMs };
  return { state: { ...state, phase }, effects: [{ do: 'end' }] };
}

/** Nothing of the app runs: every stop is reached, whatever was wished since. The goal decides what comes, and `next` for an app that is to run. */
export function settle(state: RunState, next: Next, now: number): Step {
  const stops = replyAll(state.pending.filter(isStop));
  const calm: RunState = { ...state, pending: state.pending.filter((wish) => !isStop(wish)) };
  switch (state.goal) {
    case 'leave':
      return { state: { ...calm, phase: { at: 'over' } }, effects: [...stops, { do: 'leave', code: 0 }] };
    case 'stop':
      return { state: { ...calm, phase: { at: 'stopped' }, unstable: 0 }, effects: stops };
    case 'run':
      return after(stops, proceed(calm, next, now));
    default:
      return state.goal satisfies never;
  }
}

function proceed(state: RunState, next: Next, now: number): Step {
  if (next.do === 'give-up') return same({ ...state, phase: { at: 'errored' } });
  return next.notBefore <= now ? launch(state) : same({ ...state, phase: { at: 'waiting', until: next.notBefore } });
}
