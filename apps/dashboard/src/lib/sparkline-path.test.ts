import { describe, expect, test } from 'vitest';
import {
  areaPath,
  extremesOf,
  HEIGHT,
  isSplinter,
  linePath,
  type Point,
  scaledValues,
  scaleOf,
} from './sparkline-path.ts';

const points = (...values: (number | null)[]): Point[] =>
  values.map((value, i) => ({ at: i / (values.length - 1), value }));

describe('a sparkline', () => {
  test('breaks at a gap instead of drawing across it', () => {
    const path = linePath(points(1, 2, null, 3, 4), scaleOf([1, 4]));
    expect(path.match(/M/g)).toHaveLength(2);
    expect(path.match(/L/g)).toHaveLength(2);
  });
  test('shows a lonely value as a dot', () => {
    expect(linePath(points(null, 2, null), scaleOf([2]))).toMatch(/^M120\.0 [\d.]+l0 0$/);
  });
  test('paints no ground under a gap', () => {
    const path = areaPath(points(1, 2, null, 3, 4), scaleOf([1, 4]));
    expect(path.match(/Z/g)).toHaveLength(2);
    expect(path).toContain(`L60.0 ${HEIGHT}`);
    expect(areaPath(points(null, 2, null), scaleOf([2]))).toBe('');
  });
  test('draws nothing without data', () => {
    expect(linePath(points(null, null), scaleOf([]))).toBe('');
  });
});

describe('the scale', () => {
  test.each([[[5, 5]], [[0, 0]], [[-3]], [[]]])('stays finite and inside the box for %j', (values) => {
    const { y } = scaleOf(values);
    for (const value of values) {
      expect(y(value)).toBeGreaterThan(0);
      expect(y(value)).toBeLessThanOrEqual(HEIGHT);
    }
  });
  test('does not magnify a ripple', () => {
    const { y } = scaleOf([100, 100.1]);
    expect(Math.abs(y(100) - y(100.1))).toBeLessThan(1);
  });
  test('begins at the floor that is asked for', () => {
    expect(scaleOf([10, 20], 0).low).toBe(0);
  });
});

test('the limit joins the scale only when something crossed it', () => {
  expect(scaledValues([points(1, 2)], 10)).toEqual([1, 2]);
  expect(scaledValues([points(1, 12)], 10)).toEqual([1, 12, 10]);
});

test('extremes know their places and the newest value', () => {
  expect(extremesOf(points(3, null, 1, 9, 4))).toEqual({ low: 1, lowAt: 0.5, high: 9, highAt: 0.75, last: 4 });
  expect(extremesOf(points(null, null))).toBeNull();
});

test('minutes of a day are no line yet, half an hour is', () => {
  const known = (from: number) => [
    { at: 0.5, value: null },
    { at: from, value: 1 },
    { at: 1, value: 2 },
  ];
  expect(isSplinter(known(0.99))).toBe(true);
  expect(isSplinter(known(0.97))).toBe(false);
  expect(isSplinter([])).toBe(true);
});
