/** Timers of a process that gets its turns are no later than this. */
const usualLateMs = 50;

/**
 * Ends a look after `ms`. A process that was stopped, or did not come to its turn, hears its timers first and its sockets later: the
 * answer may lie there already. What it missed at the end of the time, the look gets once more, at most all of it; so a stall of ours
 * is not taken for the other side's silence. `clear` it when the look is over.
 */
export function lookLimit(ms: number): { signal: AbortSignal; clear(): void } {
  const end = new AbortController();
  const due = performance.now() + ms;
  const abort = () => end.abort();
  let timer = setTimeout(() => {
    const lateMs = performance.now() - due;
    if (lateMs < usualLateMs) abort();
    else timer = setTimeout(abort, Math.min(lateMs, ms));
  }, ms);
  return { signal: end.signal, clear: () => clearTimeout(timer) };
}
