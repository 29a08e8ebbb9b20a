import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { readProc } from '../proc.ts';

/** After which the guard lets them go on by itself. */
const guardS = 3;
/** One that waits for its disk in write(2), or for a core, stops after that. Well below what the guard allows. */
const stopMs = 1_000;

/**
 * Stops these processes, does `work` without giving the event loop a turn, and lets them go on. A guard outside of us lets them go
 * on too, when we are killed in between or hang: a frozen app would be worse than any log. What was stopped before stays so.
 * @returns what `work` gives and how long they stood still
 * @throws OpsError SUPERVISOR_FAILED when one of them cannot be stopped
 */
export async function whileFrozen<T>(pids: readonly number[], work: () => T): Promise<{ value: T; pausedMs: number }> {
  const moving = pids.filter((pid) => pid !== process.pid && !isStopped(pid));
  const guard = await startGuard(moving);
  const began = performance.now();
  try {
    for (const pid of moving) send(pid, 'SIGSTOP');
    waitStopped(moving);
    const value = work();
    return { value, pausedMs: Math.round((performance.now() - began) * 10) / 10 };
  } finally {
    for (const pid of moving) send(pid, 'SIGCONT');
    guard.stdin?.end();
  }
}

/** Its input ends with us, however we end. Detached: whoever ends our group must not end it too. */
async function startGuard(pids: readonly number[]): Promise<ChildProcess> {
  const script = `timeout ${guardS} cat >/dev/null; kill -CONT "$@" 2>/dev/null`;
  const guard = spawn('/bin/sh', ['-c', script, 'sh', ...pids.map(String)], {
    ...{ detached: true, stdio: ['pipe', 'ignore', 'ignore'], env: { PATH: '/usr/bin:/bin' } },
  });
  guard.stdin?.on('error', () => undefined);
  await once(guard, 'spawn');
  guard.unref();
  return guard;
}

function waitStopped(pids: readonly number[]): void {
  const deadline = performance.now() + stopMs;
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!pids.every(isStopped)) {
    if (performance.now() > deadline) {
      throw new OpsError(
        'SUPERVISOR_FAILED',
        `pid ${pids.find((pid) => !isStopped(pid))} cannot be stopped for a moment`,
      );
    }
    Atomics.wait(cell, 0, 0, 1);
  }
}

/** All its threads: one that is in the midst of a write(2) stops after it. Gone counts too. */
function isStopped(pid: number): boolean {
  return threadsOf(pid).every((thread) => {
    const text = readProc(`${pid}/task/${thread}/stat`);
    return text === null || /^[TtZX]$/.test(text.slice(text.lastIndexOf(')') + 2).split(' ', 1)[0] ?? '');
  });
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH')) return [];
    throw error;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!hasErrno(error, 'ESRCH')) throw error;
  }
}
