import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { stopwatch } from '../channels/time-limit.ts';
import { alertKey } from '../core/alert-key.ts';
import type { Waiting } from '../spool/waiting.ts';

const lookEveryMs = 250;

/**
 * Lets an event of the bus wait until what the door took of the same alert is decided. People may have heard of that already, its
 * end included: decided after it, an older raise is counted; before it, it would be told behind the recovery. Resolves to false
 * where it waited in vain.
 */
export function createTurns(waiting: Pick<Waiting, 'keys' | 'isInVain'>): (event: AlertEvent) => Promise<boolean> {
  let seen = { at: Number.NEGATIVE_INFINITY, keys: waiting.keys() };
  // After an outage hundreds ask at once.
  const keys = (): ReadonlySet<string> => {
    const now = performance.now();
    if (now - seen.at >= lookEveryMs) seen = { at: now, keys: waiting.keys() };
    return seen.keys;
  };
  return async (event) => {
    const waitedMs = stopwatch();
    while (keys().has(alertKey(event))) {
      if (waiting.isInVain(waitedMs())) return false;
      await sleep(lookEveryMs);
    }
    return true;
  };
}
