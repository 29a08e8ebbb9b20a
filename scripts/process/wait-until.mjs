import { setTimeout as sleep } from 'node:timers/promises';

/** Asks `condition` again and again until it holds (true) or the time is over (false). */
export async function waitUntil(condition, limitMs, everyMs = 50) {
  const deadline = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() >= deadline) return false;
    await sleep(everyMs);
  }
  return true;
}
