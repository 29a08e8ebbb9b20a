import type { SeriesResponse } from '@yoban/shared/contracts/metrics';
import { DAY } from '@yoban/shared/contracts/time';
import type { Point } from './sparkline-path.ts';

/** The 24 h that every sparkline and the watch show, ending now. Epoch ms. */
export interface TimeWindow {
  fromMs: number;
  toMs: number;
}

export const lastDay = (nowMs: number): TimeWindow => ({ fromMs: nowMs - DAY, toMs: nowMs });

/**
 * One column of `/api/series` as points of the window. A value stands at the end of its bucket (what is known by then); a bucket
 * that is missing from `times` becomes a gap, not a straight line across it.
 */
export function columnPoints(series: SeriesResponse | undefined, key: string, window: TimeWindow): Point[] {
  if (!series) return [];
  const column = series.columns[key] ?? [];
  const span = window.toMs - window.fromMs;
  const points: Point[] = [];
  let previousS: number | null = null;
  series.times.forEach((beginS, index) => {
    const endMs = Math.min((beginS + series.stepS) * 1000, window.toMs);
    const at = (endMs - window.fromMs) / span;
    if (at < 0 || at > 1) return;
    if (previousS !== null && beginS - previousS > series.stepS * 1.5) points.push({ at, value: null });
    previousS = beginS;
    points.push({ at, value: column[index] ?? null });
  });
  return points;
}

/**
 * The points with the present value as their end: the bucket that is still open holds a mean, and a peak below the number in front
 * of it would look wrong. Null leaves them as they are.
 */
export function withPresent(points: readonly Point[], value: number | null): Point[] {
  if (value === null) return [...points];
  const last = points.at(-1);
  const closed = last && last.at > 0.99 ? points.slice(0, -1) : points;
  return [...closed, { at: 1, value }];
}

/** Buckets summed `group` at a time for bars; a group without any value stays a gap. */
export function summedPoints(points: readonly Point[], group: number): Point[] {
  const bars: Point[] = [];
  for (let i = 0; i < points.length; i += group) {
    const slice = points.slice(i, i + group);
    const values = slice.flatMap(({ value }) => (value === null ? [] : [value]));
    bars.push({ at: slice.at(-1)?.at ?? 0, value: values.length > 0 ? values.reduce((a, b) => a + b, 0) : null });
  }
  return bars;
}
