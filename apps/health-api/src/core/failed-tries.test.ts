import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { createFailedTries } from './failed-tries.ts';

test('W6: the sixth try within a minute of five failed ones waits, of this address alone', () => {
  const tries = createFailedTries();
  for (let at = 0; at < 5; at += 1) {
    expect(tries.waitMs('a', at * 1_000)).toBe(0);
    tries.failed('a', at * 1_000);
  }
  expect(tries.waitMs('a', 4_000)).toBe(MINUTE - 4_000);
  expect(tries.waitMs('b', 4_000)).toBe(0);
  expect(tries.waitMs('a', MINUTE - 1)).toBe(1);
  expect(tries.waitMs('a', MINUTE)).toBe(0);
});

test('W6: what is remembered does not grow with the number of addresses', () => {
  const tries = createFailedTries();
  for (let n = 0; n < 5; n += 1) tries.failed('first', n);
  for (let n = 0; n < 10_000; n += 1) tries.failed(`other-${n}`, 5);
  expect(tries.waitMs('first', 6)).toBe(0);
  for (let n = 0; n < 4; n += 1) tries.failed('other-9999', 6);
  expect(tries.waitMs('other-9999', 6)).toBeGreaterThan(0);
});
