import { afterEach, expect, test, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

afterEach(() => void vi.useRealTimers());

test('A5: a limit is over when either clock says so: a machine that slept counts as one that was stopped', () => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_000_000 });
  const limit = timeLimit(10_000);
  vi.setSystemTime(1_009_999);
  expect(limit.isOver()).toBe(false);
  vi.setSystemTime(500_000);
  expect(limit.isOver()).toBe(false);
  vi.setSystemTime(1_010_000);
  expect(limit.isOver()).toBe(true);
  expect(limit.signal.aborted).toBe(false);
});
