import { HOUR } from '@yoban/shared/contracts/time';
import { describe, expect, test } from 'vitest';
import { columnPoints, lastDay, summedPoints, withPresent } from './series-window.ts';

const nowMs = 1_773_156_600_000;
const window = lastDay(nowMs);
const beginS = window.fromMs / 1000;

describe('a column of the series', () => {
  test('places each bucket at its end', () => {
    const series = { stepS: 600, times: [beginS, beginS + 12 * 3600 - 600], columns: { a: [1, 2] } };
    const values = columnPoints(series, 'a', window).filter(({ value }) => value !== null);
    expect(values.map(({ at }) => Math.round(at * 144))).toEqual([1, 72]);
  });
  test('makes a missing bucket a gap', () => {
    const series = { stepS: 600, times: [beginS, beginS + 600, beginS + 2400], columns: { a: [1, 2, 3] } };
    expect(columnPoints(series, 'a', window).map(({ value }) => value)).toEqual([1, 2, null, 3]);
  });
  test('keeps null as a gap and drops what lies outside the window', () => {
    const series = { stepS: 600, times: [beginS - 7200, beginS, beginS + 600], columns: { a: [9, null, 3] } };
    expect(columnPoints(series, 'a', window).map(({ value }) => value)).toEqual([null, 3]);
  });
  test('ends the running bucket now', () => {
    const series = { stepS: 600, times: [nowMs / 1000 - 60], columns: { a: [5] } };
    expect(columnPoints(series, 'a', window)).toEqual([{ at: 1, value: 5 }]);
  });
  test('is empty for an unknown key and before the first answer', () => {
    expect(columnPoints({ stepS: 600, times: [beginS], columns: {} }, 'a', window)).toEqual([
      { at: expect.any(Number), value: null },
    ]);
    expect(columnPoints(undefined, 'a', window)).toEqual([]);
  });
});

test('bars sum their buckets; a bar without any value is a gap', () => {
  const points = [1, null, 2, null, null, null].map((value, i) => ({ at: i / 6, value }));
  expect(summedPoints(points, 3).map(({ value }) => value)).toEqual([3, null]);
});

test('the window is a day long', () => {
  expect(window.toMs - window.fromMs).toBe(24 * HOUR);
});

describe('the present value', () => {
  test('stands for the bucket that is still open', () => {
    const points = [
      { at: 0.99, value: 1 },
      { at: 1, value: 2 },
    ];
    expect(withPresent(points, 3).map(({ value }) => value)).toEqual([1, 3]);
    expect(withPresent(points, null)).toEqual(points);
  });
  test('is the only point of a watch that has just begun', () => {
    expect(withPresent([], 3)).toEqual([{ at: 1, value: 3 }]);
  });
});
