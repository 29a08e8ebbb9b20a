import { asOpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';

export interface Repeat {
  /** Does it now, or once more after the run under way. */
  now(): void;
  /** Resolves when the run under way has ended; nothing runs after that. */
  stop(): Promise<void>;
}

/**
 * Does `work` again and again, never twice at once; the next run begins `everyMs()` after the begin of the last, so that a slow
 * run does not stretch the beat. A run that throws is logged when its error changes, and the beat goes on.
 */
export function repeat(name: string, everyMs: () => number, work: () => Promise<void>, log: Log): Repeat {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;
  let lastError: string | null = null;
  const run = async () => {
    const begin = performance.now();
    try {
      await work();
      lastError = null;
    } catch (error) {
      const { message } = asOpsError(error);
      if (message !== lastError) log.error({ event: 'watch.failed', name, err: error });
      lastError = message;
    }
    running = null;
    if (stopped) return;
    const wait = again ? 0 : Math.max(0, everyMs() - (performance.now() - begin));
    again = false;
    timer = setTimeout(start, wait);
  };
  const start = () => {
    clearTimeout(timer);
    running = run();
  };
  return {
    now: () => {
      if (running !== null) again = true;
      else if (!stopped) start();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
