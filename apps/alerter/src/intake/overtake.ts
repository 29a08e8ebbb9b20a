import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { alertKey } from '../core/alert-key.ts';
import type { DirectTelling } from '../core/direct-telling.ts';
import { sendTimeoutMs } from '../delivery/try-sending.ts';
import { markOvertaken } from '../spool/overtaken.ts';
import type { SpoolEntry } from '../spool/read-spool.ts';

const lookAgainMs = 250;

/**
 * Goes past what the spool in `dir` holds of the event's alert, whose owner does not come to it: from the mark on no try of it begins
 * past Redis, and those under way have ended when this resolves, to who heard of the event. A try is noted before the mark is looked
 * for, so one of the two sees the other.
 */
export async function overtake(
  dir: string,
  event: AlertEvent,
  look: () => Iterable<SpoolEntry>,
): Promise<readonly DirectTelling[]> {
  const key = alertKey(event);
  markOvertaken(dir, key, Date.now());
  for (;;) {
    const ahead = [...look()].filter((entry) => alertKey(entry.event) === key);
    const told = ahead.flatMap((entry) => [...entry.told.values()]);
    if (!told.some(isUnderWay)) return told.filter(({ eventId }) => eventId === event.id);
    await sleep(lookAgainMs);
  }
}

const isUnderWay = ({ state, at }: DirectTelling): boolean =>
  state === 'trying' && Math.abs(Date.now() - at) < sendTimeoutMs;
