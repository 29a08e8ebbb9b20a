/**
 * Sends a signal to one process.
 * @throws Error when there is no pid: 0 would mean the whole group of the tests themselves.
 */
export function signalProcess(pid: number | null | undefined, signal: NodeJS.Signals): void {
  if (!pid) throw new Error(`no process to send ${signal} to`);
  process.kill(pid, signal);
}

/** Kills a process as a fault would; one that has ended by itself just before is as good. */
export function crashProcess(pid: number | null | undefined): void {
  try {
    if (pid) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
