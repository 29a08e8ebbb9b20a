import { stopwatch } from '../channels/time-limit.ts';
import { alertKey } from '../core/alert-key.ts';
import type { OutboxRow } from '../core/notice.ts';
import type { Waiting } from '../spool/waiting.ts';

/** Of those that have waited so many are remembered: who is forgotten waits as long again. */
const rememberedMax = 1_000;

/**
 * True for a row that is not sent yet: the spool holds something of its alert, whose end may have been told past Redis. With the
 * decision of that it is known what is left to say.
 */
export function createSpoolFirst(spool: Pick<Waiting, 'keys' | 'isInVain'>): (row: OutboxRow) => boolean {
  const waitedMs = new Map<string, () => number>();
  return ({ nid, notice }) => {
    if (!('alertType' in notice) || !spool.keys().has(alertKey(notice))) {
      waitedMs.delete(nid);
      return false;
    }
    const waited = waitedMs.get(nid) ?? stopwatch();
    waitedMs.set(nid, waited);
    for (const oldest of waitedMs.keys()) {
      if (waitedMs.size <= rememberedMax) break;
      waitedMs.delete(oldest);
    }
    return !spool.isInVain(waited());
  };
}
