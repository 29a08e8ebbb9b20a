import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isInfo } from './core/decide-event.ts';
import type { DirectTelling } from './core/direct-telling.ts';
import type { DecideSoon } from './event-batches.ts';
import { heldBack } from './event-rounds.ts';
import { createInOrder } from './in-order.ts';

interface EntryDeps {
  /** Waits for what the spool holds of its alert. */
  turn: (event: AlertEvent) => Promise<Turn>;
  decide: DecideSoon;
}

/** `overtakes`: what the spool holds of its alert is told no more past Redis, and `told` is who heard of this event. */
export interface Turn {
  overtakes: boolean;
  told: readonly DirectTelling[];
}

/** What must be decided in the order it came: an alert's own events, and a service's INFOs, which are counted together. */
const orderKey = (event: AlertEvent): string => (isInfo(event) ? event.service : `${event.service}/${event.alertType}`);

/**
 * The way of an event from the bus to its decision. To wait for the spool may take seconds; only what must stay behind it waits for
 * that, and nothing waits here for a decision. Where the spool got something of its alert meanwhile, it begins anew.
 */
export function createEventEntry({ turn, decide }: EntryDeps): (event: AlertEvent) => Promise<void> {
  const inOrder = createInOrder();
  return async (event) => {
    for (;;) {
      const { overtakes, told } = await inOrder(orderKey(event), () => turn(event));
      if ((await decide({ event, overtakes, told })) !== heldBack) return;
    }
  };
}
