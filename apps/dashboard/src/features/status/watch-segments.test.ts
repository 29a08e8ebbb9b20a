import { DAY } from '@yoban/shared/contracts/time';
import { describe, expect, test } from 'vitest';
import { availabilityOf, watchSegments } from './watch-segments.ts';

const toMs = 1_773_156_600_000;
const window = { fromMs: toMs - DAY, toMs };
const times = Array.from({ length: 144 }, (_, i) => window.fromMs / 1000 + i * 600);
const column = (valueAt: (i: number) => number | null) => ({
  stepS: 600,
  times,
  values: times.map((_, i) => valueAt(i)),
});

describe('the watch', () => {
  test('joins equal neighbours', () => {
    const segments = watchSegments(
      column((i) => (i === 100 ? 1 : 0)),
      window,
    );
    expect(segments.map(({ state }) => state)).toEqual(['ok', 'warn', 'ok']);
    expect(segments.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });
  test('takes time without a bucket for no data, never for fine', () => {
    const segments = watchSegments({ stepS: 600, times: times.slice(140), values: [0, 0, 0, 0] }, window);
    expect(segments.map(({ state }) => state)).toEqual(['none', 'ok']);
  });
  test('is all "no data" before the first answer', () => {
    expect(watchSegments({ stepS: 600, times: [], values: [] }, window)).toEqual([
      { state: 'none', from: 0, share: 1 },
    ]);
  });
  test('draws the sliver before the first bucket like its neighbour', () => {
    const later = { fromMs: window.fromMs - 300_000, toMs: window.toMs - 300_000 };
    expect(
      watchSegments(
        column(() => 0),
        later,
      ),
    ).toHaveLength(1);
  });
});

describe('availability', () => {
  test('is the share of the known time that was not unhealthy', () => {
    const segments = watchSegments(
      column((i) => (i < 72 ? null : i < 90 ? 2 : 1)),
      window,
    );
    const { availablePercent, noDataPercent, errorPercent } = availabilityOf(segments);
    expect(availablePercent).toBeCloseTo(75);
    expect(noDataPercent).toBeCloseTo(50);
    expect(errorPercent).toBeCloseTo(12.5);
  });
  test('is not claimed without any data', () => {
    expect(
      availabilityOf(
        watchSegments(
          column(() => null),
          window,
        ),
      ).availablePercent,
    ).toBeNull();
  });
});
