import type { OverallStatus } from '@yoban/shared/contracts/health';

/** The shown status and the evaluation before the next one. */
export interface SettledStatus {
  status: OverallStatus;
  previous: OverallStatus;
}

const rank = { healthy: 0, degraded: 1, unhealthy: 2 } as const;

/** The first evaluation is shown as it is: claiming health that nobody has seen yet would be worse than a short yellow. */
export const firstStatus = (evaluated: OverallStatus): SettledStatus => ({ status: evaluated, previous: evaluated });

/**
 * H2: two bad evaluations in a row to fall, two good ones to rise. The new status is the median of the shown one and the last
 * two evaluations, so it moves only as far as both of them agree. One evaluation is one tick of the clock: a burst of input
 * between two ticks cannot count twice.
 */
export function settle(state: SettledStatus, evaluated: OverallStatus): SettledStatus {
  const [, median] = [state.status, state.previous, evaluated].sort((a, b) => rank[a] - rank[b]);
  return { status: median ?? evaluated, previous: evaluated };
}

/** The same rule for a condition that is on or off; `null` = cannot be told now, which changes nothing. */
export function settleFlag(state: { on: boolean; previous: boolean }, seen: boolean | null) {
  if (seen === null) return state;
  return { on: seen === state.previous ? seen : state.on, previous: seen };
}
