/** The server's time without the client's clock: its last word plus what has passed here since (a clock that never jumps). */
export interface ServerClock {
  /** An exact time of the server, epoch ms. */
  sync: (serverMs: number) => void;
  /** A time in whole seconds (an HTTP date): taken only when it disagrees by more than that rounding can explain. */
  syncRoughly: (serverMs: number) => void;
  /** Epoch ms as the server would say it now; the client's own time until the server was heard. */
  now: () => number;
}

const ROUNDING_MS = 2_000;

export function createServerClock(monotonicMs: () => number, clientEpochMs: () => number): ServerClock {
  let offsetMs: number | null = null;
  const sync = (serverMs: number) => {
    offsetMs = serverMs - monotonicMs();
  };
  return {
    sync,
    syncRoughly: (serverMs) => {
      if (offsetMs === null || Math.abs(monotonicMs() + offsetMs - serverMs) > ROUNDING_MS) sync(serverMs);
    },
    now: () => (offsetMs === null ? clientEpochMs() : monotonicMs() + offsetMs),
  };
}
