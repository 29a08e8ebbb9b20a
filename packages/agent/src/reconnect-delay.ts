/** S1: 1 s, doubling, never above 30 s. */
export interface ReconnectPolicy {
  initialDelayMs: number;
  maxDelayMs: number;
  multiplier: number;
  /** Part of a delay that chance may take away, 0 to 1, so that a thousand viewers do not come back in the same instant. */
  jitter: number;
}

export const defaultReconnectPolicy: ReconnectPolicy = {
  initialDelayMs: 1_000,
  maxDelayMs: 30_000,
  multiplier: 2,
  jitter: 0.2,
};

/** The wait before the next try, in ms, after `failures` (1 = the first) in a row. `random` is in [0, 1). */
export function reconnectDelay(
  failures: number,
  random: number,
  policy: ReconnectPolicy = defaultReconnectPolicy,
): number {
  const grown = policy.initialDelayMs * policy.multiplier ** Math.max(0, failures - 1);
  // Chance only shortens: added on top it would pass the cap, and at the cap it would vanish.
  return Math.min(policy.maxDelayMs, grown) * (1 - policy.jitter * random);
}
