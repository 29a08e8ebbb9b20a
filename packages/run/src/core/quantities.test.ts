import { expect, test } from 'vitest';
import { parseCount, parseSize, parseTime } from './quantities.ts';
import { restartDelayMs } from './restart-delay.ts';

test.each([
  ['500ms', 500],
  ['8s', 8_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['8', null],
  ['-1s', null],
  ['s', null],
  ['', null],
])('a time: %s', (text, ms) => expect(parseTime(text)).toBe(ms));

test.each([
  ['512M', 512 * 2 ** 20],
  ['512mb', 512 * 2 ** 20],
  ['64K', 65_536],
  ['1G', 2 ** 30],
  ['512', null],
  ['1T', null],
])('a size: %s', (text, bytes) => expect(parseSize(text)).toBe(bytes));

test('a count is a whole number from 0', () => {
  expect(['0', '10', '1.5', '-1', 'ten'].map(parseCount)).toEqual([0, 10, null, null, null]);
});

test('H7: the delay before a restart: none, 100 ms, half as much again each time, at most 15 s', () => {
  expect([0, 1, 2, 3, 4, 10, 15, 100].map(restartDelayMs)).toEqual([0, 0, 100, 150, 225, 2_563, 15_000, 15_000]);
});
