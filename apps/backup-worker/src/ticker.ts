import type { Log } from '@yoban/shared/logger';

export interface Ticker {
  /** Looks now; a call while a look is under way shares it and one more after it. */
  tick(): Promise<void>;
  /** Resolves when the look under way has ended. */
  stop(): Promise<void>;
}

export interface TickerOptions {
  everyMs: number;
  /** Ms until the next moment worth a look, when that is sooner than `everyMs`. */
  untilNextMs: () => number;
  look: () => Promise<void>;
  log: Log;
}

/** A loop that never overlaps itself: looks, waits at most `everyMs`, looks again. A look that throws is logged, the loop goes on. */
export function startTicker({ everyMs, untilNextMs, look, log }: TickerOptions): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again: Promise<void> | null = null;
  let stopped = false;
  const run = async () => {
    clearTimeout(timer);
    try {
      await look();
    } catch (error) {
      log.error({ event: 'tick.failed', err: error });
    }
    running = null;
    if (!stopped) timer = setTimeout(() => void tick(), Math.max(0, Math.min(everyMs, untilNextMs())));
  };
  const tick = (): Promise<void> => {
    if (stopped) return Promise.resolve();
    if (!running) {
      running = run();
      return running;
    }
    // A trigger that comes while we look may tell of something that this look has passed by already.
    again ??= running.then(() => {
      again = null;
      return tick();
    });
    return again;
  };
  return {
    tick,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
