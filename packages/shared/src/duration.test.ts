import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test('a duration is a number with a unit', () => {
  expect([
    parseDuration('500ms'),
    parseDuration('10s'),
    parseDuration('15m'),
    parseDuration('6h'),
    parseDuration('7d'),
  ]).toEqual([500, 10_000, 900_000, 21_600_000, 604_800_000]);
});

test('a bare number, a sign or a space is not a duration', () => {
  for (const text of ['5', '-5s', '5 s', '', 's', '1w']) expect(parseDuration(text)).toBeNull();
});
