import type { AppState, Status } from '../protocol.ts';
import type { AppProcess, RunPolicy, RunState } from './run-state.ts';

/** The part of a status that the state decides; the rest is measured. */
export type RunFacts = Pick<
  Status,
  | 'state'
  | 'pid'
  | 'startTicks'
  | 'startedAt'
  | 'restarts'
  | 'unstableRestarts'
  | 'restartLimit'
  | 'minUptimeMs'
  | 'memoryLimitMb'
  | 'gaveUp'
  | 'lastExit'
>;

export function runFacts(state: RunState, policy: RunPolicy, now: number): RunFacts {
  const app = appOf(state);
  const isStable = app !== null && now - app.sinceMs >= policy.minUptimeMs;
  const shown = appState(state);
  return {
    state: shown,
    pid: app?.pid ?? null,
    startTicks: app?.startTicks ?? null,
    startedAt: app?.startedAt ?? null,
    restarts: Math.max(0, state.starts - 1),
    unstableRestarts: isStable ? 0 : state.unstable,
    restartLimit: policy.restartLimit,
    minUptimeMs: policy.minUptimeMs,
    memoryLimitMb: policy.memoryLimitMb,
    gaveUp: shown === 'errored',
    lastExit: state.lastExit,
  };
}

/** The process that runs now, being ended or not. */
export const appOf = ({ phase }: RunState): AppProcess | null => ('app' in phase ? phase.app : null);

function appState({ phase, starts, goal }: RunState): AppState {
  switch (phase.at) {
    case 'online':
    case 'ending':
      return 'online';
    case 'launching':
      return 'launching';
    case 'clearing':
      if (phase.next.do === 'give-up' && goal === 'run') return 'errored';
      // Not "stopped" yet, whatever the goal: a file it holds may still be open.
      return starts === 0 ? 'launching' : 'waiting-restart';
    case 'waiting':
      return 'waiting-restart';
    case 'stopped':
    case 'over':
      return 'stopped';
    case 'errored':
      return 'errored';
    default:
      return phase satisfies never;
  }
}
