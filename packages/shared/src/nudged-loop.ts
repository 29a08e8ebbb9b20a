export interface NudgedLoop {
  /** There may be work: look now, or once more after the look under way. */
  nudge(): void;
  /** No look begins after this; resolves when the one under way has ended. */
  stop(): Promise<void>;
}

export interface NudgedLoopOptions {
  /** Does what there is to do. Its result is the wait until there may be more, in ms; null = until the next nudge. */
  look: () => Promise<number | null>;
  /** The wait after a look that failed, ms. */
  retryMs: number;
  /** The first failure in a row, which alone is worth a log line. */
  onAway: (error: unknown) => void;
  /** The first success after failures. */
  onBack?: () => void;
}

/** setTimeout fires at once beyond 2^31 ms; looking early is harmless. */
const timerMaxMs = 600_000;

/** Looks at what is due when it is told to or when the time has come, never twice at once; a nudge is never lost. */
export function createNudgedLoop({ look, retryMs, onAway, onBack }: NudgedLoopOptions): NudgedLoop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let again = false;
  let ended = false;
  let away = false;

  const wakeIn = (ms: number | null) => {
    if (ms !== null && !ended) timer = setTimeout(nudge, Math.min(ms, timerMaxMs));
  };
  const run = async () => {
    try {
      let waitMs: number | null = null;
      do {
        again = false;
        // A turn later, so that what it nudges at once, or its failure, finds `running` set.
        waitMs = await Promise.resolve().then(look);
        if (away) onBack?.();
        away = false;
      } while (again && !ended);
      wakeIn(waitMs);
    } catch (error) {
      if (!away) onAway(error);
      away = true;
      // What nudged meanwhile is looked at with the retry: a store that is away is not asked without a pause.
      wakeIn(retryMs);
    } finally {
      running = null;
    }
  };
  const nudge = () => {
    again = true;
    if (running || ended) return;
    clearTimeout(timer);
    running = run();
  };
  return {
    nudge,
    stop: async () => {
      ended = true;
      clearTimeout(timer);
      await running;
    },
  };
}
