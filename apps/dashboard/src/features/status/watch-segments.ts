import type { TimeWindow } from '../../lib/series-window.ts';

export type WatchState = 'ok' | 'warn' | 'error' | 'none';

/** A stretch of the watch: its state and its share of the 24 h (all shares add up to 1). */
export interface WatchSegment {
  state: WatchState;
  from: number;
  share: number;
}

export interface StateColumn {
  stepS: number;
  /** Bucket beginnings, epoch seconds, ascending. */
  times: readonly number[];
  /** 0 healthy, 1 degraded, 2 unhealthy; null = no data. */
  values: readonly (number | null)[];
}

const stateOf = (value: number | null | undefined): WatchState =>
  value === null || value === undefined ? 'none' : value < 0.5 ? 'ok' : value < 1.5 ? 'warn' : 'error';

/**
 * The column as stretches that cover the whole window; time without a bucket is "no data", never assumed to be fine. The sliver
 * before the first bucket belongs to a bucket that the server no longer sends, and is drawn like its neighbour.
 */
export function watchSegments({ stepS, times, values }: StateColumn, window: TimeWindow): WatchSegment[] {
  const span = window.toMs - window.fromMs;
  const segments: WatchSegment[] = [];
  let coveredMs = window.fromMs;
  const extend = (state: WatchState, toMs: number) => {
    const end = Math.min(toMs, window.toMs);
    if (end <= coveredMs) return;
    const share = (end - coveredMs) / span;
    const last = segments.at(-1);
    if (last?.state === state) last.share += share;
    else segments.push({ state, from: (coveredMs - window.fromMs) / span, share });
    coveredMs = end;
  };
  const sliverMs = (times[0] ?? Number.POSITIVE_INFINITY) * 1000 - window.fromMs;
  times.forEach((beginS, index) => {
    if (index > 0 || sliverMs > stepS * 1000) extend('none', beginS * 1000);
    extend(stateOf(values[index]), (beginS + stepS) * 1000);
  });
  extend('none', window.toMs);
  return segments;
}

export interface Availability {
  /** Percent of the known time that was not unhealthy; null when nothing is known. */
  availablePercent: number | null;
  noDataPercent: number;
  warnPercent: number;
  errorPercent: number;
}

/** Time without data is counted apart: it is neither up nor down. */
export function availabilityOf(segments: readonly WatchSegment[]): Availability {
  const sum = (state: WatchState) =>
    segments.filter((segment) => segment.state === state).reduce((total, { share }) => total + share, 0);
  const error = sum('error');
  const known = sum('ok') + sum('warn') + error;
  return {
    availablePercent: known > 1e-9 ? ((known - error) / known) * 100 : null,
    noDataPercent: sum('none') * 100,
    warnPercent: sum('warn') * 100,
    errorPercent: error * 100,
  };
}
