import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { alertKey } from '../core/alert-key.ts';
import type { SpoolEntry } from './read-spool.ts';
import type { Spool } from './spool.ts';
import { SpoolTail } from './spool-tail.ts';

/** What waits in the spool of this home, whether this process owns it or only reads along. */
export interface Waiting {
  /** Tells that this process owns it from now on; null: no more. */
  own(spool: Spool | null): void;
  entries(): Iterable<SpoolEntry>;
  events(): AlertEvent[];
  /** Keys of the alerts that something waits of. */
  keys(): ReadonlySet<string>;
  /** True for who has waited so long for the spool that its owner must be stopped, or in trouble with one event. */
  isInVain(waitedMs: number): boolean;
}

/** A spool in which nothing moves for this long has an owner that is stopped. */
const stillMs = 30 * SECOND;
/** One that moves is emptied in the end; an event that nobody can decide is not. */
const farMs = 5 * MINUTE;

export function createWaiting(dir: string, now: () => number = () => performance.now()): Waiting {
  let own: Spool | null = null;
  const tail = new SpoolTail(dir);
  let seen = { first: '', count: 0, movedAt: now() };
  const entries = (): SpoolEntry[] => {
    const list = [...(own ? own.pending() : tail.look().values())];
    const first = list[0]?.event.id ?? '';
    if (first !== seen.first || list.length !== seen.count) seen = { first, count: list.length, movedAt: now() };
    return list;
  };
  const events = () => entries().map(({ event }) => event);
  return {
    own: (spool) => {
      own = spool;
    },
    entries,
    events,
    keys: () => new Set(events().map(alertKey)),
    isInVain: (waitedMs) => waitedMs >= farMs || (waitedMs >= stillMs && now() - seen.movedAt >= stillMs),
  };
}
