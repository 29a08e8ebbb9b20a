import { atMost } from '@yoban/shared/at-most';
import { createNudgedLoop } from '@yoban/shared/nudged-loop';
import type { Channel } from '../channels/channel.ts';
import type { Claimed } from '../store/outbox.ts';
import { type DeliveryDeps, deliver } from './deliver-next.ts';
import type { Traffic } from './traffic.ts';

export interface Pump {
  /** Something may be due: look now. */
  nudge(): void;
  /** Takes nothing new; resolves when what is on its way has ended. */
  stop(): Promise<void>;
}

export interface PumpDeps extends Omit<DeliveryDeps, 'waits'> {
  traffic: Traffic;
  /** Which of the rows that were claimed now must not be sent yet. */
  spoolFirst: () => DeliveryDeps['waits'];
}

const retryMs = 1_000;
const stopMaxMs = 3_000;
/** In a storm places that get free are filled together, a quarter at a time or after this: a claim for each would cost what its message does. */
const gatherMs = 10;

/** Sends what is due on one channel, several at a time, and sleeps until the next row is due or it is nudged. */
export function startPump(channel: Channel, deps: PumpDeps, onSettled: () => void): Pump {
  const running = new Set<Promise<void>>();
  let ended = false;
  let gathering: NodeJS.Timeout | undefined;

  const lookNow = () => {
    clearTimeout(gathering);
    gathering = undefined;
    loop.nudge();
  };
  const lookSoon = () => {
    const free = channel.concurrency - running.size;
    if (free * 4 >= channel.concurrency) lookNow();
    else gathering ??= setTimeout(lookNow, gatherMs);
  };
  const start = (claimed: Claimed, waits: DeliveryDeps['waits']) => {
    deps.traffic.begin();
    const one = deliver(channel, claimed, { ...deps, waits })
      .catch((error: unknown) => deps.log.error({ event: 'delivery.failed', channel: channel.name, err: error }))
      .finally(() => {
        running.delete(one);
        deps.traffic.end();
        onSettled();
        lookSoon();
      });
    running.add(one);
  };
  const look = async () => {
    const free = channel.concurrency - running.size;
    if (ended || free === 0) return null;
    const { rows, waitMs } = await deps.outbox.claim(channel.name, channel.pace, free);
    const waits = deps.spoolFirst();
    for (const claimed of rows) start(claimed, waits);
    // Of more that is due, whatever ends first looks again.
    return rows.length < free ? waitMs : null;
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
      clearTimeout(gathering);
      const looked = loop.stop();
      // A receiver that hangs does not hold the stop up; the lease covers what it had been given.
      const settled = looked.then(() => Promise.allSettled(running));
      await atMost(settled, stopMaxMs);
    },
  };
}
