import { OpsError } from '@yoban/shared/errors';
import { expect, test } from 'vitest';
import { parseTime } from './parse-time.ts';

const iso = (text: string, zone = 'Asia/Tokyo') => new Date(parseTime(text, zone)).toISOString();

test('R1: --at takes ISO times with any offset, and wall time in the configured zone', () => {
  expect(iso('2026-03-11T06:30:00Z')).toBe('2026-03-11T06:30:00.000Z');
  expect(iso('2026-03-11T15:30:00+09:00')).toBe('2026-03-11T06:30:00.000Z');
  expect(iso('2026-03-11 15:30')).toBe('2026-03-11T06:30:00.000Z');
  expect(iso('2026-03-11T15:30:05')).toBe('2026-03-11T06:30:05.000Z');
});

test('of an hour that autumn repeats the earlier is meant', () => {
  expect(iso('2026-10-25 02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z');
});

test.each(['yesterday', '', '15:30', '2026-13-01 00:00', '2026-02-30 00:00', '2026-03-11 24:61', '2026-03-11'])(
  'a bad time text is refused by name: %s',
  (text) => {
    expect(() => parseTime(text, 'Asia/Tokyo')).toThrow(OpsError);
  },
);

test('the hour that spring leaves out is no time', () => {
  expect(() => parseTime('2026-03-29 02:30', 'Europe/Berlin')).toThrow('is not a time');
});
