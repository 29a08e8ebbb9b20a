import { MINUTE } from '@yoban/shared/contracts/time';
import { timeOfDay } from './format.ts';
import { useServices, useZone } from './page-context.ts';
import { useSeries } from './queries.ts';
import { columnPoints, lastDay, type TimeWindow } from './series-window.ts';
import type { Point } from './sparkline-path.ts';

export interface Day {
  window: TimeWindow;
  points: (key: string) => Point[];
  /** `HH:MM` of a place in the window. */
  timeAt: (at: number) => string;
}

/** The last 24 h of the stored series. The window moves once a minute: often enough for a picture of a day. */
export function useDay(): Day {
  const { clock } = useServices();
  const zone = useZone();
  const series = useSeries();
  const window = lastDay(Math.ceil(clock.now() / MINUTE) * MINUTE);
  return {
    window,
    points: (key) => columnPoints(series, key, window),
    // The window ends at the next full minute: its edge is not to be told as a time that has not come yet.
    timeAt: (at) => timeOfDay(Math.min(window.fromMs + at * (window.toMs - window.fromMs), clock.now()), zone),
  };
}
