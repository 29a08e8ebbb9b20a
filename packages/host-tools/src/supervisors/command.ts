import { OpsError } from '@yoban/shared/errors';
import { isRunning, ownPidNamespace } from '../proc.ts';
import { askRun } from '../run-parent/ask-run.ts';
import type { RunStatus } from '../run-parent/run-protocol.ts';
import { createUseReader } from '../run-parent/run-use.ts';
import { type RunView, type RunWatch, type RunWatchTimes, watchRun } from '../run-parent/watch-run.ts';
import { daemonOf } from './daemon-look.ts';
import type { RunningProcess, Supervisor, SupervisorStatus } from './supervisor.ts';

export interface CommandTimes extends RunWatchTimes {
  askMs: number;
  /** Above the longest kill timeout in use, so that a slow stop is waited for and not called a failure. */
  actMs: number;
}

export const usualTimes: CommandTimes = {
  askMs: 5_000,
  actMs: 45_000,
  silentMs: 10_000,
  retry: { baseMs: 100, capMs: 2_000 },
};

/** A service under `yoban run`, which listens at this socket, here or in another container. */
export function createCommand(socket: string, times: CommandTimes): Supervisor {
  let watching: RunWatch | null = null;
  const readUse = createUseReader();
  const view = (): RunView => watching?.view ?? { at: 'unknown', last: null };
  const act = (what: 'stop' | 'start' | 'restart') => askRun(socket, what, times.actMs);
  return {
    kind: 'command',
    describe: async () => statusOf(await askRun(socket, 'status', times.askMs)),
    processNow: () => processIn(view()),
    use: () => readUse(view()),
    generation: () => generationIn(view()),
    stop: async () => {
      const { pid } = await act('stop');
      if (pid !== null) throw new OpsError('SUPERVISOR_FAILED', `yoban run stopped it, and pid ${pid} runs still`);
    },
    start: async () => void (await act('start')),
    restart: async () => void (await act('restart')),
    reload: async () => void (await act('restart')),
    // A start or restart brings a fresh budget anyway; that it can be asked is all there is to make sure of.
    resetFailed: async () => void (await askRun(socket, 'status', times.askMs)),
    resurrect: async () => void (await act('start')),
    recreate: async () => void (await act('restart')),
    daemon: () => daemonOf(() => askRun(socket, 'status', times.askMs)),
    logFiles: async () => (await askRun(socket, 'status', times.askMs)).logs,
    // The parent looks by itself whether its log still has its name, every 5 s while it writes.
    reopenLogs: async () => undefined,
    watch: (onEvent) => {
      const mine = watchRun(socket, times, onEvent);
      watching = mine;
      return () => {
        mine.end();
        if (watching === mine) watching = null;
      };
    },
  };
}

const statusOf = (status: RunStatus): SupervisorStatus => ({
  state: status.state,
  pid: status.pid,
  startTicks: status.startTicks,
  startedAt: status.startedAt,
  restarts: status.restarts,
  unstableRestarts: status.unstableRestarts,
  restartLimit: status.restartLimit,
  minUptimeMs: status.minUptimeMs,
  memoryLimitMb: status.memoryLimitMb,
  gaveUp: status.gaveUp,
});

function processOf({ pid, startTicks, startedAt }: RunStatus): RunningProcess | null {
  return pid === null || startTicks === null || startedAt === null ? null : { pid, startTicks, startedAt };
}

/**
 * A parent that beats is believed. Otherwise /proc is, where its numbers are ours; across namespaces a parent that is gone took
 * its app along, since it is the first process of its container, and one that is silent leaves us in the dark.
 */
function processIn({ at, last }: RunView): RunningProcess | null | undefined {
  if (last === null) return at === 'gone' ? null : undefined;
  const process = processOf(last);
  if (at === 'connected') return process;
  const visible = last.pidNamespace === ownPidNamespace();
  if (visible && process && isRunning(process)) return process;
  if (at === 'gone') return null;
  // /proc may hide other users' processes; one that shows the parent would show its child.
  return visible && isRunning(last.parent) ? null : undefined;
}

function generationIn({ at, last }: RunView): string | null {
  if (last === null || at === 'gone') return null;
  return `${last.pidNamespace}/${last.parent.pid}-${last.parent.startTicks}`;
}
