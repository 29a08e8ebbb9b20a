import { DAY, HOUR, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { agoText, spanText } from './age-text.ts';
import { sizeText } from './size-text.ts';
import { wordsIn } from './words/words.ts';

test('a span is told in its two largest units', () => {
  const en = wordsIn('en');
  expect(spanText(0, en)).toBe('0 s');
  expect(spanText(59 * SECOND, en)).toBe('59 s');
  expect(spanText(3 * HOUR + 5 * MINUTE + 7 * SECOND, en)).toBe('3 h 5 min');
  expect(spanText(2 * DAY + 5 * MINUTE, en)).toBe('2 d');
  expect(agoText(0, 90 * SECOND, wordsIn('ja'))).toBe('1分 30秒前');
  expect(agoText(5_000, 0, en)).toBe('0 s ago');
});

test('sizes are told in steps of 1000', () => {
  expect([0, 999, 1_000, 12_345, 12_345_678, 999_999_999_999].map(sizeText)).toEqual([
    ...['0 B', '999 B', '1.00 kB', '12.3 kB', '12.3 MB', '1000.0 GB'],
  ]);
});
