import type { Pace } from '../store/outbox.ts';

/** A channel's token bucket while Redis, which holds the shared one, is away. `now` is a clock that never goes back, ms. */
export function createMemoryPace({ perSecond, burst }: Pace, now: () => number = () => performance.now()) {
  let tokens = burst;
  let at = now();
  let heldUntil = 0;
  return {
    /** Takes a token, or says how many ms to wait for one. */
    take: (): number => {
      const elapsedMs = now() - at;
      at = now();
      tokens = Math.min(burst, tokens + (elapsedMs * perSecond) / 1_000);
      if (heldUntil > at) return heldUntil - at;
      if (tokens < 1) return ((1 - tokens) * 1_000) / perSecond;
      tokens -= 1;
      return 0;
    },
    /** The receiver asked for patience. */
    hold: (ms: number): void => {
      heldUntil = Math.max(heldUntil, now() + ms);
    },
  };
}
export type MemoryPace = ReturnType<typeof createMemoryPace>;
