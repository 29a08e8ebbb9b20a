import { isAlive } from './process-identity.mjs';
import { waitUntil } from './wait-until.mjs';

function send(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Ends exactly the process that was identified: SIGTERM, and SIGKILL when it is still there after `limitMs`. */
export async function stopProcess(identity, limitMs) {
  if (!isAlive(identity)) return;
  send(identity.pid, 'SIGTERM');
  if (await waitUntil(() => !isAlive(identity), limitMs)) return;
  send(identity.pid, 'SIGKILL');
  await waitUntil(() => !isAlive(identity), 2_000);
}
