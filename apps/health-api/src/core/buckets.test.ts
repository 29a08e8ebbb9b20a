import { expect, test } from 'vitest';
import { bucketStart, bucketsForHours } from './buckets.ts';
import { dayBuckets } from './metrics-response.ts';

const now = Date.parse('2026-03-11T15:34:56.000Z');

test('H3: a day is 144 buckets of ten minutes, the last one is now', () => {
  const day = dayBuckets(now);
  expect(day.count).toBe(144);
  expect(new Date(bucketStart(day, 143)).toISOString()).toBe('2026-03-11T15:30:00.000Z');
  expect(new Date(day.fromMs).toISOString()).toBe('2026-03-10T15:40:00.000Z');
});

test.each([
  [1, 60, 60],
  [6, 60, 360],
  [24, 600, 144],
  [48, 600, 288],
])('%i h is shown in steps of %i s', (hours, stepS, count) => {
  expect(bucketsForHours(hours, now)).toMatchObject({ stepMs: stepS * 1000, count });
});
