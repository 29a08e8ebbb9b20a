import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrno } from '@yoban/shared/errors';
import { isRunning, type ProcStat } from './proc.ts';

type Named = Pick<ProcStat, 'pid' | 'startTicks'>;

const pollMs = 20;
/** From SIGKILL to the end: a process in a disk that hangs does not end at all. */
const killMs = 2_000;

/** SIGTERM, so long to end by itself (0 = not at all), SIGKILL. @returns those that still run. */
export async function endProcesses(processes: readonly Named[], termMs: number): Promise<Named[]> {
  if (termMs > 0) {
    for (const one of processes) {
      send(one, 'SIGTERM');
      // A stopped process would keep the SIGTERM for later.
      send(one, 'SIGCONT');
    }
    await untilGone(processes, termMs);
  }
  for (const one of processes) send(one, 'SIGKILL');
  await untilGone(processes, killMs);
  return processes.filter(isRunning);
}

/** By its start too: its number may be a stranger's by now. */
function send(one: Named, signal: NodeJS.Signals): void {
  if (!isRunning(one)) return;
  try {
    process.kill(one.pid, signal);
  } catch (error) {
    if (!hasErrno(error, 'ESRCH', 'EPERM')) throw error;
  }
}

async function untilGone(processes: readonly Named[], limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (processes.some(isRunning) && performance.now() < deadline) await sleep(pollMs);
}
