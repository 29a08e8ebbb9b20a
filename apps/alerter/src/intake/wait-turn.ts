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
  // Nothing is read here: a folder that cannot be is no reason not to start, and the door is tried again.
  let seen: { at: number; keys: ReadonlySet<string> } = { at: Number.NEGATIVE_INFINITY, keys: new Set() };
  // After an outage hundreds ask at once, and one look serves all who ask within 250 ms. What came to the door since is caught by the
  // look that the decision is made from (`leaveHeld`): its event is given back, and waits here again.
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
