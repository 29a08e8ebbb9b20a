/** How long one try of a channel may take. */
export interface TimeLimit {
  /** Aborts when the time is over. */
  signal: AbortSignal;
  /**
   * Looked at before anything leaves: a process that was stopped (SIGSTOP) hears what it waited for first on waking, and its timers
   * later. What would leave then belongs to whoever took the row over.
   */
  isOver(): boolean;
}

/** A limit that begins now, by a clock that goes on while the process is stopped. */
export function timeLimit(ms: number): TimeLimit {
  const until = performance.now() + ms;
  return { signal: AbortSignal.timeout(ms), isOver: () => performance.now() >= until };
}
