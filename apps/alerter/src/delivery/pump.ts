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
  /** Claims side by side, so that they share a write of the disk. Each row is sent as soon as it is ours, also where another claim fails. */
  const claim = async (count: number): Promise<(number | null)[]> => {
    const waits: (number | null)[] = [];
    const claims = Array.from({ length: count }, async () => {
      const claimed = await deps.outbox.claim(channel.name, channel.pace);
      if ('token' in claimed) start(claimed);
      else waits.push(claimed.waitMs);
    });
    await Promise.allSettled(claims);
    await Promise.all(claims);
    return waits;
  };
  // Most looks find one row or none: where all that were asked for were there, more are asked for next.
  let appetite = 1;
  const look = async () => {
    while (!ended && running.size < channel.concurrency) {
      const [waitMs] = await claim(Math.min(appetite, channel.concurrency - running.size));
      appetite = waitMs === undefined ? Math.min(2 * appetite, channel.concurrency) : 1;
      if (waitMs !== undefined) return waitMs;
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
