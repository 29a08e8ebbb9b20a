import { setTimeout as sleep } from 'node:timers/promises';
import { atMost, late } from '@yoban/shared/at-most';
import type { AlerterIntake } from '@yoban/shared/bus/alerter-intake';
import type { Producer } from '@yoban/shared/bus/producer';
import type { AlertEvent } from '@yoban/shared/contracts/alert';

const retryMs = 100;
/** What every program of ours waits for the bus before it goes to the alerter's own door. */
const busPatienceMs = 2_000;

/** By the bus alone: it is tried until it takes the event. */
export async function untilAdded(producer: Producer, event: AlertEvent, jobId = event.id): Promise<void> {
  for (;;) {
    try {
      return await producer.add('alertEvent', jobId, event);
    } catch {
      await sleep(retryMs);
    }
  }
}

export interface EventSender {
  /** Resolves to when the alerter's door took it, null where the bus did. */
  send(event: AlertEvent, jobId?: string): Promise<number | null>;
}

/** As every program of ours sends: to the bus, and after 2 s without an answer of it to the alerter, with the same id. */
export function createEventSender(producer: Producer, intake: AlerterIntake): EventSender {
  let failingSince: number | null = null;
  const added = async (event: AlertEvent, jobId: string): Promise<boolean> => {
    try {
      if ((await atMost(producer.add('alertEvent', jobId, event), busPatienceMs)) === late) return false;
      failingSince = null;
      return true;
    } catch {
      return false;
    }
  };
  return {
    send: async (event, jobId = event.id) => {
      for (;;) {
        const began = performance.now();
        if (await added(event, jobId)) return null;
        failingSince ??= began;
        if (performance.now() - failingSince >= busPatienceMs) {
          try {
            await intake.post([event]);
            return Date.now();
          } catch {
            // Its door has nobody behind it now: whoever takes it over, or the bus, will take the event.
          }
        }
        await sleep(retryMs);
      }
    },
  };
}
