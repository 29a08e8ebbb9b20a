/** Exponential delay with full jitter in its upper half: attempt 1 waits `baseMs`/2..`baseMs`. `random` is in [0, 1). */
export function backoffMs(attempt: number, limits: { baseMs: number; capMs: number }, random: number): number {
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** Math.max(0, attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
