import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime } from '@yoban/shared/contracts/time';
import type { AlertCondition } from './alert-conditions.ts';
import { settleFlag } from './hysteresis.ts';

/** What is remembered of one alert of one service. `raised` counts its raises since `born`, which makes event ids repeatable. */
export interface AlertFlag {
  on: boolean;
  previous: boolean;
  raised: number;
  /** Epoch ms of its first evaluation. After a lost store the count starts again, and its ids must not be those of before. */
  born: number;
}

export const quietFlag = (now: number): AlertFlag => ({ on: false, previous: false, raised: 0, born: now });

/**
 * Steps one alert by one evaluation: two in a row to raise, two to clear (as the status itself). The event, if any, has an id
 * made of what it tells, so that a repeat after a crash is the same event.
 */
export function stepAlert(
  service: string,
  before: AlertFlag,
  condition: AlertCondition,
  now: number,
): [next: AlertFlag, event: AlertEvent | null] {
  const flag = settleFlag(before, condition.on);
  const rises = flag.on && !before.on;
  const next = { ...flag, raised: before.raised + (rises ? 1 : 0), born: before.born };
  if (flag.on === before.on) return [next, null];
  const kind = rises ? 'raise' : 'clear';
  return [
    next,
    {
      id: `health-${service}-${condition.alertType}-${next.born}-${next.raised}-${kind}`,
      kind,
      level: 'warning',
      service,
      alertType: condition.alertType,
      at: isoTime(now),
      params: condition.params,
      lastError: null,
      incidentId: null,
    },
  ];
}
