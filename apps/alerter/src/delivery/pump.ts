import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from '../channels/channel.ts';
import type { Claimed } from '../store/outbox.ts';
import { type DeliveryDeps, deliver } from './deliver-next.ts';

export interface Pump {
  /** Something may be due: look now. */
  nudge(): void;
  /** Takes nothing new; resolves when what is on its way has ended. */
  stop(): Promise<void>;
}

const errorPauseMs = 1_000;
/** setTimeout fires at once beyond 2^31 ms; looking early is harmless. */
const timerMaxMs = 600_000;
const stopMaxMs = 5_000;

/** Sends what is due on one channel, several at a time, and sleeps until the next row is due or it is nudged. */
export function startPump(channel: Channel, deps: DeliveryDeps, onSettled: () => void): Pump {
  const running = new Set<Promise<void>>();
  let looking: Promise<void> | null = null;
  let again = false;
  let ended = false;
  let away = false;
  let timer: NodeJS.Timeout | undefined;

  const wakeIn = (ms: number) => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(nudge, Math.min(ms, timerMaxMs));
  };
  const start = (claimed: Claimed) => {
    const one = deliver(channel, claimed, deps)
      .catch((error: unknown) => {
        deps.log.error({ event: 'delivery.failed', channel: channel.name, err: error });
        wakeIn(errorPauseMs);
      })
      .finally(() => {
        running.delete(one);
        onSettled();
        nudge();
      });
    running.add(one);
  };
  const look = async () => {
    while (!ended && running.size < channel.concurrency) {
      again = false;
      const claimed = await deps.outbox.claim(channel.name, channel.pace);
      away = false;
      if ('token' in claimed) start(claimed);
      else if (!again) {
        if (claimed.waitMs !== null) wakeIn(claimed.waitMs);
        return;
      }
    }
  };
  const nudge = () => {
    again = true;
    if (looking || ended) return;
    clearTimeout(timer);
    looking = look()
      .catch((error: unknown) => {
        if (!away) deps.log.warn({ event: 'delivery.store_away', channel: channel.name, err: error });
        away = true;
        again = false;
        wakeIn(errorPauseMs);
      })
      .finally(() => {
        looking = null;
        if (again && running.size < channel.concurrency) nudge();
      });
  };
  nudge();
  return {
    nudge,
    stop: async () => {
      ended = true;
      clearTimeout(timer);
      // A receiver that hangs does not hold the stop up; the lease covers what it had been given.
      await Promise.race([Promise.allSettled([looking, ...running]), sleep(stopMaxMs, undefined, { ref: false })]);
    },
  };
}
