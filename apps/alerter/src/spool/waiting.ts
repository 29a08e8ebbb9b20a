import type { AlertEvent } from '@yoban/shared/contracts/alert';
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
}

export function createWaiting(dir: string): Waiting {
  let own: Spool | null = null;
  const tail = new SpoolTail(dir);
  const entries = (): SpoolEntry[] => [...(own ? own.pending() : tail.look().values())];
  const events = () => entries().map(({ event }) => event);
  return {
    own: (spool) => {
      own = spool;
    },
    entries,
    events,
    keys: () => new Set(events().map(alertKey)),
  };
}
