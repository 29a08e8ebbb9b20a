import { expect, test } from 'vitest';
import { gameDay, nextCycleAt } from './cycle-schedule.ts';

const TEN_MINUTES = 600_000;

test('S3: the next cycle is the next whole multiple of its length, however late one looks', () => {
  const at = Date.UTC(2026, 2, 11, 15, 20);
  expect(nextCycleAt(at - 1, TEN_MINUTES)).toBe(at);
  expect(nextCycleAt(at, TEN_MINUTES)).toBe(at + TEN_MINUTES);
  expect(nextCycleAt(at + 7 * TEN_MINUTES + 1, TEN_MINUTES)).toBe(at + 8 * TEN_MINUTES);
});

test('D2: cycle 144 lies in day 15', () => {
  expect(gameDay(144)).toBe(15);
  expect(gameDay(0)).toBe(1);
});
