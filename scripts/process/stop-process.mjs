import { isAlive } from './process-identity.mjs';
import { waitUntil } from './wait-until.mjs';

/** Sends a signal; a process that has just ended by itself is no error. */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends exactly the process that was identified: SIGTERM, and SIGKILL when it is still there after `limitMs`. */
export async function stopProcess(identity, limitMs) {
  if (!isAlive(identity)) return;
  sendSignal(identity.pid, 'SIGTERM');
  if (await waitUntil(() => !isAlive(identity), limitMs)) return;
  sendSignal(identity.pid, 'SIGKILL');
  await waitUntil(() => !isAlive(identity), 2_000);
}
