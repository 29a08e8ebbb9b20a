import type { LastExit } from '../protocol.ts';
import { exitReason } from './exit-reason.ts';
import { restartDelayMs } from './restart-delay.ts';
import type { AppProcess, Effect, Next, Outlook, Phase, RunPolicy, RunState, Step } from './run-state.ts';
import { after, beginEnd, isStop, refuseAll, replyAll, same, settle } from './transitions.ts';

/** What a crashed app left gets this long to end by itself: the restart waits for it. */
const leftoverTimeoutMs = 2_000;

export function spawned(state: RunState, app: AppProcess, policy: RunPolicy, now: number): Step {
  const met = state.pending.filter((wish) => !isStop(wish) && wish.process <= state.starts);
  const pending = state.pending.filter((wish) => !met.includes(wish));
  const next: RunState = { ...state, phase: { at: 'online', app }, pending };
  const effects: Effect[] = [
    { do: 'push', event: 'online' },
    { do: 'tell', notice: { kind: 'started', pid: app.pid } },
    ...replyAll(met),
  ];
  // A stop, or a restart that was asked for while this process was on its way.
  const isUnwanted = state.goal !== 'run' || pending.length > 0;
  return after(effects, isUnwanted ? beginEnd(next, 'asked', policy, now) : same(next));
}

/**
 * The command could not be executed. At the very first start that is a mistake of whoever wrote it, and the parent ends; later
 * the file may come back (a deploy), so it counts like a quick exit.
 */
export function spawnFailed(state: RunState, message: string, policy: RunPolicy, now: number): Step {
  const tell = (next: Outlook): Effect => ({ do: 'tell', notice: { kind: 'not-started', message, next } });
  const starts = state.pending.filter((wish) => !isStop(wish));
  const refused = refuseAll(starts, { notStarted: message });
  const calm: RunState = { ...state, pending: state.pending.filter(isStop) };
  if (state.goal !== 'run') return after([tell({ do: 'stay' }), ...refused], settle(calm, { do: 'give-up' }, now));
  if (state.starts === 1 && state.lastExit === null) {
    const effects: Effect[] = [tell({ do: 'leave' }), ...refused, { do: 'leave', code: 1 }];
    return { state: { ...calm, goal: 'leave', phase: { at: 'over' } }, effects };
  }
  const { unstable, next, outlook } = budget(state, policy, now);
  const gaveUp: Effect[] = next.do === 'give-up' ? [{ do: 'push', event: 'gave-up' }] : [];
  return after([tell(outlook), ...refused, ...gaveUp], settle({ ...calm, unstable }, next, now));
}

export function exited(
  state: RunState,
  end: { code: number | null; signal: string | null; at: number },
  policy: RunPolicy,
  now: number,
): Step {
  const { phase } = state;
  if (phase.at !== 'online' && phase.at !== 'ending') return same(state);
  const reason = phase.at === 'ending' ? phase.why : exitReason(end.code, end.signal);
  const lastExit: LastExit = { at: end.at, code: end.code, signal: end.signal, reason };
  const uptimeMs = now - phase.app.sinceMs;
  const isFree =
    reason === 'asked' || state.goal !== 'run' || state.pending.length > 0 || uptimeMs >= policy.minUptimeMs;
  const { unstable, next, outlook } = isFree ? freely(state, policy, now) : budget(state, policy, now);
  const clearing = clearingAfter(phase, next, policy, now);
  const effects: Effect[] = [
    { do: 'clear', stage: clearing.stage },
    { do: 'push', event: 'exit' },
    { do: 'tell', notice: { kind: 'exited', pid: phase.app.pid, exit: lastExit, uptimeMs, next: outlook } },
  ];
  if (next.do === 'give-up') effects.push({ do: 'push', event: 'gave-up' });
  return { state: { ...state, phase: clearing, unstable, lastExit }, effects };
}

/** What is left of an app that was asked to end keeps the time limit of the asking. */
function clearingAfter(
  phase: Extract<Phase, { at: 'online' | 'ending' }>,
  next: Next,
  policy: RunPolicy,
  now: number,
): Extract<Phase, { at: 'clearing' }> {
  const timeoutMs = Math.min(leftoverTimeoutMs, policy.killTimeoutMs);
  if (phase.at === 'online') return { at: 'clearing', stage: 'term', until: now + timeoutMs, next };
  if (phase.stage === 'stuck') return { at: 'clearing', stage: 'kill', until: now + timeoutMs, next };
  return { at: 'clearing', stage: phase.stage, until: phase.until, next };
}

interface Budgeted {
  unstable: number;
  next: Next;
  outlook: Outlook;
}

/** After an exit that counts for nothing: somebody wanted it, or the process had run long enough. */
function freely({ goal }: RunState, { restartLimit: limit }: RunPolicy, now: number): Budgeted {
  const outlook: Outlook = goal === 'run' ? { do: 'restart', inMs: 0, unstable: 0, limit } : { do: 'stay' };
  return { unstable: 0, next: { do: 'launch', notBefore: now }, outlook };
}

function budget({ unstable }: RunState, { restartLimit: limit }: RunPolicy, now: number): Budgeted {
  if (unstable >= limit) return { unstable, next: { do: 'give-up' }, outlook: { do: 'give-up', limit } };
  const inMs = restartDelayMs(unstable + 1);
  const outlook: Outlook = { do: 'restart', inMs, unstable: unstable + 1, limit };
  return { unstable: unstable + 1, next: { do: 'launch', notBefore: now + inMs }, outlook };
}

/** Only the app's first process is measured: the figure that pm2 and the watchdog go by, and no page is counted twice. */
export function checkMemory(state: RunState, mb: number, policy: RunPolicy, now: number): Step {
  const { phase } = state;
  const limitMb = policy.memoryLimitMb;
  if (phase.at !== 'online' || limitMb === null || mb <= limitMb) return same(state);
  const tell: Effect = { do: 'tell', notice: { kind: 'memory', pid: phase.app.pid, mb, limitMb } };
  return after([tell], beginEnd(state, 'memory-limit', policy, now));
}
