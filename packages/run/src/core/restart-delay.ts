const firstDelayMs = 100;
const growth = 1.5;
const maxDelayMs = 15_000;

/** Wait before a restart, ms; `unstable` = how many in a row this one makes. The first comes at once, then 100 ms, half as much again each time. */
export const restartDelayMs = (unstable: number): number =>
  unstable <= 1 ? 0 : Math.min(maxDelayMs, Math.round(firstDelayMs * growth ** (unstable - 2)));
