/**
 * Sends a signal to a process, or to a group by its negative number. False when nobody got it: it has ended, or it runs as
 * another user (a setuid child), which then shows by staying.
 */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return false;
    throw error;
  }
}
