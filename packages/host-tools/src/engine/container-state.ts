import type { ContainerDetail } from '@yoban/shared/contracts/engine';
import type { RunningProcess, SupervisorState, SupervisorStatus } from '../supervisors/supervisor.ts';

const mb = 1_048_576;
const ticksPerMs = 1 / 10;

/**
 * The process of a container; null where none runs. An engine gives the time of its start and not its ticks since boot (it may be
 * on another machine): ticks since 1970 tell one start from the next as well.
 */
export function processOf({ State }: ContainerDetail): RunningProcess | null {
  const isRunning = State.Running && !State.Restarting && State.Pid > 0;
  if (!isRunning) return null;
  const startedAt = Date.parse(State.StartedAt);
  return { pid: State.Pid, startTicks: Math.floor(startedAt * ticksPerMs), startedAt };
}

/** What an engine says of a container, in a supervisor's words. */
export function statusOf(detail: ContainerDetail): SupervisorStatus {
  const { RestartCount, HostConfig } = detail;
  const { Name: policy, MaximumRetryCount: tries } = HostConfig.RestartPolicy;
  const isLimited = policy === 'on-failure' && tries > 0;
  const process = processOf(detail);
  const state = stateOf(detail);
  return {
    state,
    pid: process?.pid ?? null,
    startTicks: process?.startTicks ?? null,
    startedAt: process?.startedAt ?? null,
    restarts: RestartCount,
    // An engine counts all of them, however long the runs between them were, until somebody starts the container.
    unstableRestarts: isLimited ? RestartCount : null,
    restartLimit: isLimited ? tries : null,
    minUptimeMs: null,
    memoryLimitMb: HostConfig.Memory > 0 ? Math.round(HostConfig.Memory / mb) : null,
    gaveUp: state === 'errored',
  };
}

/** Exit codes of a process that was asked to end, and did or was killed. */
const askedToEnd = [0, 128 + 15, 128 + 9];

/** A container that the engine will start again is `restarting`; one that has ended stays so, and its exit code says how it ended. */
function stateOf({ State }: ContainerDetail): SupervisorState {
  switch (State.Status) {
    case 'running':
    // Its process is there, frozen; whether it answers is asked of the app itself.
    case 'paused':
      return 'online';
    case 'restarting':
      return 'waiting-restart';
    case 'created':
    case 'removing':
      return 'stopped';
    case 'exited':
    case 'dead':
      return State.OOMKilled || !askedToEnd.includes(State.ExitCode) ? 'errored' : 'stopped';
    default:
      return 'unknown';
  }
}
