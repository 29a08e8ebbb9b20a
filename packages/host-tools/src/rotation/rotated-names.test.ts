import { expect, test } from 'vitest';
import { isRotated, planRotation, rotatedName } from './rotated-names.ts';

const at = Date.UTC(2026, 2, 11, 6, 30);

test('a rotated log carries its time, and never takes the name of another', () => {
  expect(rotatedName('app.log', at, [])).toBe('app.log.20260311_063000');
  expect(rotatedName('app.log', at, ['app.log.20260311_063000.gz', 'app.log.20260311_063001'])).toBe(
    'app.log.20260311_063002',
  );
});

test('V4: rotated more often than each second, the newest keeps the newest name though an older one was dropped', () => {
  expect(rotatedName('app.log', at, ['app.log.20260311_063001.gz', 'app.log.20260311_063002'])).toBe(
    'app.log.20260311_063003',
  );
});

test('V4: the newest seven are kept, all but the newest are packed, what is not ours stays', () => {
  const days = Array.from({ length: 9 }, (_, day) => `app.log.2026030${day + 1}_000000`);
  const names = [
    ...days,
    'app.log',
    'app.log.1',
    'app.log.bak',
    'other.log.20260301_000000',
    'app.log.20260302_120000.gz',
  ];
  const { drop, pack } = planRotation('app.log', names, 7);
  expect(drop).toEqual(['app.log.20260302_120000.gz', 'app.log.20260302_000000', 'app.log.20260301_000000']);
  expect(pack).toEqual(days.slice(2, 8).reverse());
});

test('what a rotation made is no log, whatever pattern fits it', () => {
  expect(
    ['app.log.20260311_063000', 'app.log.20260311_063000.gz', 'app.log', 'app-20260311.log'].map(isRotated),
  ).toEqual([...[true, true, false, false]]);
});
