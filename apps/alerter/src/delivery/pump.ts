import { atMost } from '@yoban/shared/at-most';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { Channel } from '../channels/channel.ts';
import type { Claimed } from '../store/outbox.ts';
import { type DeliveryDeps, deliver } from './deliver-next.ts';

export interface Pump {
  /** Something may be due: look now. */
  nudge(): void;
  /** Takes nothing new; resolves when what is on its way has ended. */
  stop(): Promise<void>;
}

const retryMs = 1_000;
const stopMaxMs = 3_000;

/** Sends what is due on one channel, several at a time, and sleeps until the next row is due or it is nudged. */
export function startPump(channel: Channel, deps: DeliveryDeps, onSettled: () => void): Pump {
  const running = new Set<Promise<void>>();
  let ended = false;

  const start = (claimed: Claimed) => {
    const one = deliver(channel, claimed, deps)
      .catch((error: unknown) => deps.log.error({ event: 'delivery.failed', channel: channel.name, err: error }))
      .finally(() => {
        running.delete(one);
        onSettled();
        loop.nudge();
      });
    running.add(one);
  };
  const look = async () => {
    while (!ended && running.size < channel.concurrency) {
      const free = channel.concurrency - running.size;
      const { rows, waitMs } = await deps.outbox.claim(channel.name, channel.pace, free);
      for (const claimed of rows) start(claimed);
      if (rows.length < free) return waitMs;
    }
    return null;
  };
  const loop = createNudgedLoop({
    look,
    retryMs,
    onAway: (error) => deps.log.warn({ event: 'delivery.store_away', channel: channel.name, err: error }),
  });
  loop.nudge();
  return {
    nudge: loop.nudge,
    stop: async () => {
      ended = true;
      const looked = loop.stop();
      // A receiver that hangs does not hold the stop up; the lease covers what it had been given.
      const settled = looked.then(() => Promise.allSettled(running));
      await atMost(settled, stopMaxMs);
    },
  };
}
