/** Cycles of one game day: cycle 144 lies in day 15. */
const CYCLES_PER_DAY = 10;

/**
 * The next moment at which a cycle begins: whole multiples of its length since the epoch. The plan hangs on absolute time, so lateness
 * never adds up, and a start after an outage catches the next one (S3 phase 4).
 */
export function nextCycleAt(now: number, cycleMs: number): number {
  return (Math.floor(now / cycleMs) + 1) * cycleMs;
}

export const gameDay = (cycle: number): number => 1 + Math.floor(cycle / CYCLES_PER_DAY);
