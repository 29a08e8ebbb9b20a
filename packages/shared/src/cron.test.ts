import { expect, test } from 'vitest';
import { cronProblem, lastDue, nextDue } from './cron.ts';

const at = (text: string) => Date.parse(text);

test('B1: the three default patterns fall due in the configured zone', () => {
  const noon = at('2026-03-11T12:34:00+09:00');
  expect(nextDue('0 */3 * * *', 'Asia/Tokyo', noon)).toBe(at('2026-03-11T15:00:00+09:00'));
  expect(nextDue('0 0 * * *', 'Asia/Tokyo', noon)).toBe(at('2026-03-12T00:00:00+09:00'));
  expect(nextDue('0 0 * * 0', 'Asia/Tokyo', noon)).toBe(at('2026-03-15T00:00:00+09:00'));
});

test('a due time counts for itself looking back and not looking ahead', () => {
  const due = at('2026-03-11T15:00:00+09:00');
  expect(lastDue('0 */3 * * *', 'Asia/Tokyo', due)).toBe(due);
  expect(nextDue('0 */3 * * *', 'Asia/Tokyo', due)).toBe(due + 3 * 3_600_000);
});

test('bad cron text and impossible zones are told in words', () => {
  expect(cronProblem('61 * * * *', 'UTC')).toBeTruthy();
  expect(cronProblem('* * *', 'UTC')).toContain('five fields');
  expect(cronProblem('0 0 * * *', 'Asia/Atlantis')).toContain('not an IANA time zone');
  expect(cronProblem('0 0 * * *', 'Asia/Tokyo')).toBeNull();
});
