import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isInfo } from './core/decide-event.ts';
import type { DirectTelling } from './core/direct-telling.ts';
import type { DecideSoon } from './event-batches.ts';
import { createInOrder } from './in-order.ts';

interface EntryDeps {
  told: (event: AlertEvent) => Promise<readonly DirectTelling[]>;
  decide: DecideSoon;
}

/** What must be decided in the order it came: an alert's own events, and a service's INFOs, which are counted together. */
const orderKey = (event: AlertEvent): string => (isInfo(event) ? event.service : `${event.service}/${event.alertType}`);

/**
 * The way of an event from the bus to its decision. To ask who heard of it past Redis may take seconds; only what must stay behind
 * it waits for that, and nothing waits here for a decision.
 */
export function createEventEntry({ told, decide }: EntryDeps): (event: AlertEvent) => Promise<void> {
  const inOrder = createInOrder();
  return async (event) => {
    const heard = await inOrder(orderKey(event), () => told(event));
    await decide({ event, told: heard });
  };
}
