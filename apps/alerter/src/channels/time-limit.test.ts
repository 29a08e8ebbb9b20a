import { afterEach, expect, test, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

afterEach(() => void vi.useRealTimers());

test('A5: a limit is over when either clock says so: a machine that slept counts as one that was stopped', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
  const limit = timeLimit(10_000);
  const told = vi.fn();
  const forget = limit.onOver(told);
  vi.setSystemTime(1_009_999);
  expect(limit.isOver()).toBe(false);
  vi.setSystemTime(500_000);
  expect(limit.isOver()).toBe(false);
  vi.setSystemTime(1_010_000);
  expect(limit.isOver()).toBe(true);
  expect(told).not.toHaveBeenCalled();
  forget();
});

test('a limit calls back when it is over, and not once that is forgotten', () => {
  vi.useFakeTimers({ now: 0 });
  const limit = timeLimit(1_000);
  const [told, forgotten] = [vi.fn(), vi.fn()];
  limit.onOver(told);
  limit.onOver(forgotten)();
  vi.advanceTimersByTime(999);
  expect(told).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(told).toHaveBeenCalledOnce();
  expect(forgotten).not.toHaveBeenCalled();
});
