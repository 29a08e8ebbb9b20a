import { sameSecret } from '@yoban/shared/same-secret';
import { expect, test } from 'vitest';
import { openSession, sealSession } from './session.ts';

const now = 1_000_000;
const session = { id: 'abc', until: now + 1 };

test('D1: a session opens with the key that sealed it, until its end, and not when a letter of it changed', () => {
  const cookie = sealSession(session, 'key one');
  expect(openSession(cookie, 'key one', now)).toEqual(session);
  expect(openSession(cookie, 'key two', now)).toBeNull();
  expect(openSession(cookie, 'key one', now + 1)).toBeNull();
  expect(openSession(cookie.replace('abc', 'abd'), 'key one', now)).toBeNull();
  expect(openSession(cookie.replace(String(now + 1), String(now + 9)), 'key one', now)).toBeNull();
  for (const bad of ['', 'a', 'a.b', 'a.b.c', `${cookie}.x`]) expect(openSession(bad, 'key one', now)).toBeNull();
});

test('secrets of any length compare', () => {
  expect(sameSecret('a', 'a')).toBe(true);
  expect(sameSecret('a', 'ab')).toBe(false);
});
