import { stopwatch } from '../channels/time-limit.ts';
import { alertKey } from '../core/alert-key.ts';
import type { OutboxRow } from '../core/notice.ts';
import type { Waiting } from '../spool/waiting.ts';

/** Of those that have waited so many are remembered: who is forgotten waits as long again. */
const rememberedMax = 1_000;

/**
 * Call it for the rows of each claim. Its result is true for a row that is not sent yet: the spool holds something of its alert,
 * whose end may have been told past Redis. With the decision of that it is known what is left to say. One look at the spool serves
 * all rows of a claim, which are asked about at once; it may mean to read files, or thousands of events.
 */
export function createSpoolFirst(spool: Pick<Waiting, 'keys' | 'isInVain'>): () => (row: OutboxRow) => boolean {
  const waitedMs = new Map<string, () => number>();
  const isInVain = (nid: string): boolean => {
    const waited = waitedMs.get(nid) ?? stopwatch();
    waitedMs.set(nid, waited);
    for (const oldest of waitedMs.keys()) {
      if (waitedMs.size <= rememberedMax) break;
      waitedMs.delete(oldest);
    }
    return spool.isInVain(waited());
  };
  return () => {
    let keys: ReadonlySet<string> | null = null;
    return ({ nid, notice }) => {
      if ('alertType' in notice) {
        keys ??= spool.keys();
        if (keys.has(alertKey(notice))) return !isInVain(nid);
      }
      waitedMs.delete(nid);
      return false;
    };
  };
}
