import { expect, test } from 'vitest';
import { reconnectDelay } from './reconnect-delay.ts';

test('S1: 1 s, doubling, 30 s cap', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1_000_000].map((failures) => reconnectDelay(failures, 0))).toEqual([
    1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000,
  ]);
});

test('S1: chance only shortens a delay, by a fifth at most', () => {
  expect(reconnectDelay(1, 0.999_999)).toBeCloseTo(800, 0);
  expect(reconnectDelay(9, 0.5)).toBe(27_000);
});
