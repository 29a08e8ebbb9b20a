/** How long one try of a channel may take. */
export interface TimeLimit {
  /** Calls back when the time is over, unless it was told to forget that. */
  onOver(act: () => void): () => void;
  /**
   * Looked at before anything leaves: a process that was stopped (SIGSTOP) hears what it waited for first on waking, and its timers
   * later. What would leave then belongs to whoever took the row over.
   */
  isOver(): boolean;
}

/** A limit that begins now. */
export function timeLimit(ms: number): TimeLimit {
  const passedMs = stopwatch();
  return {
    onOver: (act) => {
      const timer = setTimeout(act, Math.max(0, ms - passedMs()));
      return () => clearTimeout(timer);
    },
    isOver: () => passedMs() >= ms,
  };
}

/**
 * The time since now, ms, by the clock that says more: the one goes on while the process is stopped, the other also while the whole
 * machine sleeps. A wall clock that is set forward ends a limit early, and its message is tried again.
 */
export function stopwatch(): () => number {
  const began = performance.now();
  const beganAt = Date.now();
  return () => Math.max(performance.now() - began, Date.now() - beganAt);
}
