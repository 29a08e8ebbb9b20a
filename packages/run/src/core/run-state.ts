import type { LastExit, PushKind } from '../protocol.ts';

export interface RunPolicy {
  /** Unstable restarts in a row before it gives up. */
  restartLimit: number;
  minUptimeMs: number;
  /** Between SIGTERM and SIGKILL. */
  killTimeoutMs: number;
  memoryLimitMb: number | null;
}

export interface AppProcess {
  pid: number;
  startTicks: number;
  /** Epoch ms, to be shown; a clock that is set may lie before it. */
  startedAt: number;
  /** The same moment on the clock that decides. */
  sinceMs: number;
}

/** What follows when nothing is left of the last process. */
export type Next = { do: 'launch'; notBefore: number } | { do: 'give-up' };

/** `term`: asked to end. `kill`: SIGKILL is sent. `stuck`: still there after that. `until` is when the stage is over, by the clock that decides. */
export type Phase =
  | { at: 'launching' }
  | { at: 'online'; app: AppProcess }
  | { at: 'ending'; app: AppProcess; why: 'asked' | 'memory-limit'; stage: 'term' | 'kill'; until: number }
  | { at: 'ending'; app: AppProcess; why: 'asked' | 'memory-limit'; stage: 'stuck' }
  /** The first process is gone; what it left is being ended, so that no child of it keeps the port. */
  | { at: 'clearing'; stage: 'term' | 'kill'; until: number; next: Next }
  | { at: 'waiting'; until: number }
  | { at: 'stopped' }
  | { at: 'errored' }
  | { at: 'over' };

/** A request that waits for its state. `process` = number of the start that fulfils it at the earliest; a stop needs none. */
export interface Wish {
  id: number;
  do: 'stop' | 'start' | 'restart';
  process: number;
}

export interface RunState {
  phase: Phase;
  /** What the last wish was, or that the parent itself is to end. */
  goal: 'run' | 'stop' | 'leave';
  /** Starts so far: the number of the newest process. */
  starts: number;
  unstable: number;
  lastExit: LastExit | null;
  pending: readonly Wish[];
}

export type RunEvent =
  | { type: 'ask'; id: number; do: Wish['do'] }
  /** SIGTERM or SIGINT to the parent; the second one is impatient. */
  | { type: 'terminate' }
  | { type: 'spawned'; app: AppProcess }
  | { type: 'spawn-failed'; message: string }
  /** `at`: epoch ms, to be shown. */
  | { type: 'exited'; code: number | null; signal: string | null; at: number }
  /** Nothing of the last process is left. */
  | { type: 'cleared' }
  /** The timer set for `due` went off, perhaps a millisecond early: `due` decides and not `now`. */
  | { type: 'time'; due: number }
  | { type: 'memory'; mb: number };

export type Refusal = 'superseded' | 'leaving' | 'stuck' | { notStarted: string };

export type Notice =
  | { kind: 'started'; pid: number }
  | { kind: 'exited'; pid: number; exit: LastExit; uptimeMs: number; next: Outlook }
  | { kind: 'not-started'; message: string; next: Outlook }
  | { kind: 'memory'; pid: number; mb: number; limitMb: number }
  | { kind: 'killing' }
  | { kind: 'stuck' };

/** What the reader of a notice may expect. */
export type Outlook =
  | { do: 'restart'; inMs: number; unstable: number; limit: number }
  | { do: 'give-up'; limit: number }
  | { do: 'stay' }
  | { do: 'leave' };

export type Effect =
  | { do: 'launch' }
  /** SIGTERM to the app's group, then SIGCONT: a stopped process keeps the first one pending. */
  | { do: 'end' }
  /** SIGKILL to all that is left. */
  | { do: 'kill' }
  /** End what the last process left; tell `cleared` when there is nothing. */
  | { do: 'clear'; stage: 'term' | 'kill' }
  | { do: 'reply'; to: number }
  | { do: 'refuse'; to: number; why: Refusal }
  | { do: 'push'; event: Exclude<PushKind, 'beat'> }
  | { do: 'tell'; notice: Notice }
  | { do: 'leave'; code: 0 | 1 };

export interface Step {
  state: RunState;
  effects: Effect[];
}

/** A parent begins by ending what a parent before it may have left. */
export function beginRun(policy: RunPolicy, now: number): Step {
  const next: Next = { do: 'launch', notBefore: now };
  const phase: Phase = { at: 'clearing', stage: 'term', until: now + policy.killTimeoutMs, next };
  return {
    state: { phase, goal: 'run', starts: 0, unstable: 0, lastExit: null, pending: [] },
    effects: [{ do: 'clear', stage: 'term' }],
  };
}

/** When the state asks for a `time` event, by the clock that decides; null = never. */
export function wakeAt({ phase }: RunState): number | null {
  return 'until' in phase ? phase.until : null;
}
