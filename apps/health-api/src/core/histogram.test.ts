import { expect, test } from 'vitest';
import {
  addDuration,
  createHistogramSum,
  encodeHistogram,
  type Histogram,
  mergeEncoded,
  percentile,
} from './histogram.ts';

const exactP95 = (values: number[]) => [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? 0;

test.each([10, 97, 1_000, 5_000])('H3: the p95 of %i calls is within 1 %%, also when minutes are added up', (count) => {
  const values = Array.from({ length: count }, (_, i) => 50 + ((i * 7_919) % 9_973) * 1.7);
  const merged: Histogram = new Map();
  for (let begin = 0; begin < count; begin += 60) {
    const minute: Histogram = new Map();
    for (const value of values.slice(begin, begin + 60)) addDuration(minute, value);
    mergeEncoded(merged, encodeHistogram(minute));
  }
  const got = percentile(merged, 0.95, Math.max(...values)) ?? 0;
  const exact = exactP95(values);
  expect(Math.abs(got - exact) / exact).toBeLessThanOrEqual(0.0101);
});

test('no calls have no percentile, and one call is its own within its maximum', () => {
  expect(percentile(new Map(), 0.95, 0)).toBeNull();
  const one: Histogram = new Map();
  addDuration(one, 1_200);
  expect(percentile(one, 0.95, 1_200)).toBeGreaterThan(1_188);
  expect(percentile(one, 0.95, 1_200)).toBeLessThanOrEqual(1_200);
});

test('many histograms added up at once are the same as one after the other', () => {
  const sum = createHistogramSum();
  const slow: Histogram = new Map();
  for (const values of [[5, 70, 70], [9_000], [70, 1]]) {
    const one: Histogram = new Map();
    for (const value of values) addDuration(one, value);
    sum.add(encodeHistogram(one));
    mergeEncoded(slow, encodeHistogram(one));
  }
  const byBucket = (histogram: Histogram) => [...histogram].sort(([a], [b]) => a - b);
  expect(byBucket(sum.take())).toEqual(byBucket(slow));
  expect(sum.take().size).toBe(0);
});

test('durations beyond the last bucket and of zero are kept', () => {
  const ends: Histogram = new Map();
  addDuration(ends, 0);
  addDuration(ends, 1e12);
  const back: Histogram = new Map();
  mergeEncoded(back, encodeHistogram(ends));
  expect(back).toEqual(ends);
  expect(percentile(back, 0.1, 1e12)).toBe(1);
});
