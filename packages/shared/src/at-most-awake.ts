import { atMost, late } from './at-most.ts';

/** To read what has come while this process had no time. */
const readMs = 50;

/**
 * As `atMost`, for answers whose lack means something: a process that was stopped, or did not come to its turn, hears its timers
 * first and its sockets later. What it missed of the time, the work gets once more, at most all of it.
 */
export async function atMostAwake<T>(work: Promise<T>, limitMs: number): Promise<T | typeof late> {
  const began = performance.now();
  const outcome = await atMost(work, limitMs);
  if (outcome !== late) return outcome;
  const missedMs = performance.now() - began - limitMs;
  return atMost(work, Math.min(limitMs, Math.max(readMs, missedMs)));
}
