import { setTimeout as sleep } from 'node:timers/promises';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';
import type { Redis } from 'ioredis';
import { keyPrefix } from '../store/lua-script.ts';

/** Longest time without a look: what bounds the wait when an alerter died between its wake-up and its claim. */
const lookEveryS = 10;
const awayPauseMs = 1_000;

/** Waits on the wake lists over a connection of its own (it blocks it) and tells which channel has something new; null: all. */
export function startWaking(
  blocking: Redis,
  channels: readonly string[],
  log: Log,
  stop: StopStack,
  onWake: (channel: string | null) => void,
): void {
  const lists = channels.map((channel) => `${keyPrefix}wake:${channel}`);
  let ended = false;
  const loop = async () => {
    while (!ended) {
      try {
        // The list without a channel's name is never pushed to: without any channel there is still something to pop from.
        const popped = await blocking.blpop([...lists, `${keyPrefix}wake:`], lookEveryS);
        onWake(popped ? popped[0].slice(`${keyPrefix}wake:`.length) : null);
      } catch (error) {
        if (ended) return;
        log.debug({ event: 'wake.store_away', err: error });
        await sleep(awayPauseMs);
      }
    }
  };
  void loop();
  stop.push('wake', () => {
    ended = true;
    // The pop in progress holds nothing; while Redis is away the client would not even reject it.
    blocking.disconnect();
  });
}
