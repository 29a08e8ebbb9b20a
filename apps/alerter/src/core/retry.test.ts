import { DAY, HOUR, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { nextTry } from './retry.ts';

const row = { attempts: 1, expiresAt: DAY, priority: 1 } as const;

test('A5: an outage is waited out with growing pauses up to a minute, without a limit of attempts', () => {
  const waits = [1, 2, 3, 7, 500].map((attempts) => {
    const next = nextTry({ kind: 'retry', code: 'http_503' }, { ...row, attempts }, 0, 0.999);
    return next.do === 'defer' && Math.round(next.notBefore / SECOND);
  });
  expect(waits).toEqual([1, 2, 4, 60, 60]);
});

test('A5: Retry-After is obeyed by the whole channel and burns no attempt', () => {
  expect(nextTry({ kind: 'busy', code: 'http_429', afterMs: 30_000 }, row, 1_000, 0)).toMatchObject({
    do: 'defer',
    notBefore: 31_000,
    holdUntil: 31_000,
    burned: false,
    mayRepeat: false,
  });
});

test('a used up month holds the whole channel, is asked about each hour, and burns no attempt', () => {
  expect(nextTry({ kind: 'quota', code: 'monthly_limit', afterMs: 20 * DAY }, row, 0, 0)).toMatchObject({
    do: 'defer',
    notBefore: HOUR,
    holdUntil: HOUR,
    burned: false,
  });
});

test('a try whose end is unknown is made again and marked', () => {
  expect(nextTry({ kind: 'unknown', code: 'timeout' }, row, 0, 0)).toMatchObject({ do: 'defer', mayRepeat: true });
});

test('patience ends with the notice, a refusal ends it at once', () => {
  const late = nextTry(
    { kind: 'retry', code: 'http_503' },
    { attempts: 9, expiresAt: 6 * HOUR, priority: 3 },
    6 * HOUR - 1,
    0,
  );
  expect(late).toEqual({ do: 'settle', state: 'dead', reason: 'expired' });
  expect(nextTry({ kind: 'permanent', code: 'http_400_invalid_payload' }, row, 0, 0)).toEqual({
    do: 'settle',
    state: 'dead',
    reason: 'http_400_invalid_payload',
  });
});

test('A5: a channel that refuses our key is asked again, at last every 5 minutes, until the notice is a day old; an INFO is not', () => {
  const refused = { kind: 'refused', code: 'smtp_535' } as const;
  const waits = [1, 2, 3, 6, 300].map((attempts) => {
    const next = nextTry(refused, { ...row, attempts }, 0, 0.999999);
    return next.do === 'defer' && Math.round(next.notBefore / SECOND);
  });
  expect(waits).toEqual([10, 20, 40, 300, 300]);
  expect(nextTry(refused, row, DAY - 1, 0)).toMatchObject({ do: 'settle', state: 'dead', reason: 'expired' });
  expect(nextTry(refused, { ...row, priority: 2, attempts: 300 }, 0, 0)).toMatchObject({ notBefore: 2.5 * MINUTE });
  expect(nextTry(refused, { ...row, priority: 3 }, 0, 0)).toMatchObject({
    do: 'settle',
    state: 'dead',
    reason: 'smtp_535',
  });
});
