import { expect, test } from 'vitest';
import { boundRow, plainRow, ratioRow } from './proof.ts';
import { seededRandom } from './random.ts';
import { benchmarkPage } from './record-report.ts';
import { median, percentile } from './stats.ts';

test('percentiles by nearest rank', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.95)).toBe(10);
  expect(percentile([], 0.5)).toBeNaN();
});

test('the same seed replays the same numbers', () => {
  const once = seededRandom(42);
  const again = seededRandom(42);
  expect([once(), once(), once()]).toEqual([again(), again(), again()]);
});

test('a row has a verdict exactly when it has a goal', () => {
  expect(ratioRow({ id: 'a', what: 'x', ours: 3, peer: 2, atMost: 1.4 })).toMatchObject({
    ratio: 1.5,
    met: false,
    goal: '≤ 1.4 ×',
  });
  expect(boundRow({ id: 'b', what: 'x', ours: 3, unit: 'MB', atMost: 3 }).met).toBe(true);
  expect(plainRow('c', 'x', 3)).toMatchObject({ goal: null, met: null });
});

test('a miss stands on the page as a miss', () => {
  const rows = [ratioRow({ id: 'a', what: 'x', ours: 3, peer: 2, atMost: 1.4 })];
  const page = benchmarkPage([
    { name: 'n', machine: 'm', at: '2026-01-01T00:00:00Z', commit: 'c', versions: {}, seed: 7, sabotage: null, rows },
  ]);
  expect(page).toContain('**missed**');
  expect(page).toContain('Seed 7.');
});
