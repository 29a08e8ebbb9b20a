import { describe, expect, test } from 'vitest';
import {
  ageParts,
  ago,
  count,
  databaseSizeText,
  dayAndTime,
  duration,
  gigabytesOf,
  gigabytesText,
  latencyText,
  megabytes,
  megabytesText,
  nearTime,
  oneDecimal,
  share,
  timeWithZone,
  yen,
} from './format.ts';

const S = 1_000;
const H = 3_600 * S;
const D = 24 * H;

describe('duration', () => {
  test.each([
    [3 * D + 14 * H + 22 * 60 * S, 3, '3 d 14 h 22 m', '3日14時間22分'],
    [3 * D + 14 * H + 22 * 60 * S, 2, '3 d 14 h', '3日14時間'],
    [2 * H + 26 * 60 * S + 5 * S, 3, '2 h 26 m', '2時間26分'],
    [6 * 60 * S + 5 * S, 2, '6 m 5 s', '6分5秒'],
    [8 * S, 2, '8 s', '8秒'],
    [2 * H, 2, '2 h', '2時間'],
    [0, 2, '0 s', '0秒'],
    [-5, 2, '0 s', '0秒'],
  ])('%i ms in %i parts', (ms, parts, english, japanese) => {
    expect(duration(ms, 'en', parts).replaceAll('\u00a0', ' ')).toBe(english);
    expect(duration(ms, 'ja', parts)).toBe(japanese);
  });
});

test('an age is told in its largest unit', () => {
  expect(ageParts(30 * 60 * S, 'en')).toEqual({ value: '30', unit: 'min' });
  expect(ageParts(30 * 60 * S, 'ja')).toEqual({ value: '30', unit: '分' });
  expect(ago(D, 'en')).toBe('1\u00a0day ago');
  expect(ago(3 * D, 'en')).toBe('3\u00a0days ago');
  expect(ago(2 * S, 'ja')).toBe('2秒前');
});

test('sizes keep one decimal until it no longer matters', () => {
  expect(megabytes(145.3)).toEqual({ value: '145', unit: 'MB' });
  expect(megabytes(6.28)).toEqual({ value: '6.3', unit: 'MB' });
  expect(megabytes(2048)).toEqual({ value: '2', unit: 'GB' });
  expect(megabytes(0)).toEqual({ value: '0', unit: 'MB' });
  expect(megabytesText(0.05)).toBe('51\u00a0kB');
  expect(gigabytesText(42.4)).toBe('42\u00a0GB');
  expect(gigabytesText(3.26)).toBe('3.3\u00a0GB');
});

test('numbers have no useless decimals and are grouped', () => {
  expect(oneDecimal(10)).toBe('10');
  expect(oneDecimal(15.26)).toBe('15.3');
  expect(count(9310)).toBe('9,310');
  expect(yen(3500)).toBe('¥3,500');
});

test('a share is never rounded up to 100 %', () => {
  expect(share(99.996)).toBe('99.99%');
  expect(share(100)).toBe('100%');
});

test('an answer time switches to seconds at one second', () => {
  expect(latencyText(820, 'en')).toBe('820\u00a0ms');
  expect(latencyText(1210, 'en')).toBe('1.2\u00a0s');
  expect(latencyText(1210, 'ja')).toBe('1.2秒');
});

describe('times stand in the configured zone', () => {
  const at = Date.parse('2026-03-10T15:30:08Z');
  test('with the common name of the zone in both languages', () => {
    expect(timeWithZone(at, 'Asia/Tokyo')).toBe('00:30:08\u00a0JST');
  });
  test('as month-day hour:minute in lists (D2)', () => {
    expect(dayAndTime(at, 'Asia/Tokyo')).toBe('03-11 00:30');
    expect(dayAndTime(at, 'Europe/Berlin')).toBe('03-10 16:30');
  });
  test('with the day once it is not within a day of now', () => {
    expect(nearTime(at, at + H, 'Asia/Tokyo')).toBe('00:30:08');
    expect(nearTime(at, at + 2 * D, 'Asia/Tokyo')).toBe('03-11 00:30');
  });
});

test('sizes on the page: used of total with one unit, a young database small but not empty', () => {
  expect(gigabytesOf(22.4, 64)).toBe('22 / 64\u00a0GB');
  expect(databaseSizeText(0)).toBe('<\u00a010\u00a0kB');
  expect(databaseSizeText(6.3)).toBe('6.3\u00a0MB');
});
