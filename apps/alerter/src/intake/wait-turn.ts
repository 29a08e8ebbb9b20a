import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { SECOND } from '@yoban/shared/contracts/time';
import { alertKey } from '../core/alert-key.ts';

const lookEveryMs = 250;
/** Whoever owns the spool may be stopped: then it is overtaken. */
const usualWaitMs = 30 * SECOND;

/**
 * Lets an event of the bus wait until what the door took of the same alert is decided. People may have heard of that already, its
 * end included: decided after it, an older raise is counted; before it, it would be told behind the recovery. `waiting` is what the
 * spool holds. Resolves to false where it waited in vain.
 */
export function createTurns(
  waiting: () => Iterable<AlertEvent>,
  waitMaxMs = usualWaitMs,
): (event: AlertEvent) => Promise<boolean> {
  let seen = { at: Number.NEGATIVE_INFINITY, keys: new Set<string>() };
  // After an outage hundreds ask at once.
  const keys = (): ReadonlySet<string> => {
    const now = performance.now();
    if (now - seen.at >= lookEveryMs) seen = { at: now, keys: new Set([...waiting()].map(alertKey)) };
    return seen.keys;
  };
  return async (event) => {
    const until = performance.now() + waitMaxMs;
    while (keys().has(alertKey(event))) {
      if (performance.now() >= until) return false;
      await sleep(lookEveryMs);
    }
    return true;
  };
}
