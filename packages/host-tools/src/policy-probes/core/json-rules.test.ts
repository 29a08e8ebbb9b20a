import { expect, test } from 'vitest';
import { brokenRule, pointAt } from './json-rules.ts';

const document = {
  status: 'unhealthy',
  checks: {
    'a/b': 1,
    'm~n': 2,
    '': 3,
    platforms: [{ status: 'ok' }, { status: 'down' }],
    game: { at: '2026-03-11T06:20:00Z' },
  },
  price: 0,
  none: null,
};
const now = Date.parse('2026-03-11T06:30:00Z');

// RFC 6901, section 5, and what lies beside it.
test.each([
  ['', { there: true, value: document }],
  ['/status', { there: true, value: 'unhealthy' }],
  ['/checks/a~1b', { there: true, value: 1 }],
  ['/checks/m~0n', { there: true, value: 2 }],
  ['/checks/', { there: true, value: 3 }],
  ['/checks/platforms/1/status', { there: true, value: 'down' }],
  ['/none', { there: true, value: null }],
  ['/checks/platforms/01', { there: false }],
  ['/checks/platforms/-', { there: false }],
  ['/checks/platforms/length', { there: false }],
  ['/status/length', { there: false }],
  ['/toString', { there: false }],
  ['/none/deeper', { there: false }],
])('the pointer %j', (pointer, expected) => {
  expect(pointAt(document, pointer)).toEqual(expected);
});

test.each([
  [{ path: '/status', equals: 'healthy' }, '/status is "unhealthy", not "healthy"'],
  [{ path: '/status', in: ['healthy', 'degraded'] }, '/status is "unhealthy", none of "healthy", "degraded"'],
  [{ path: '/status', in: ['unhealthy'] }, null],
  [{ path: '/price', exists: true }, null],
  [{ path: '/none', exists: true }, null],
  [{ path: '/volume', exists: true }, '/volume is not there'],
  [{ path: '/price', exists: false }, '/price is there'],
  [{ path: '/volume', exists: false }, null],
  [{ path: '/volume' }, '/volume is not there'],
  [{ path: '/price', equals: false }, '/price is 0, not false'],
  [{ path: '/none', equals: null }, null],
  [{ path: '/price', gte: 0, lte: 0 }, null],
  [{ path: '/price', gte: 1, lte: -1 }, '/price is 0, not at most -1, not at least 1'],
  [{ path: '/status', lte: 5 }, '/status is "unhealthy", not at most 5'],
  [{ path: '/checks/game/at', maxAge: 20 * 60_000 }, null],
  [{ path: '/checks/game/at', maxAge: 5 * 60_000 }, '/checks/game/at is "2026-03-11T06:20:00Z", 600 s old, over 300 s'],
  [{ path: '/status', maxAge: 1_000 }, '/status is "unhealthy", not a time'],
])('%j', (rule, expected) => {
  expect(brokenRule(rule, document, now)).toBe(expected);
});

test('a time may be epoch ms, and a long value is cut', () => {
  expect(brokenRule({ path: '', maxAge: 1_000 }, now - 500, now)).toBeNull();
  expect(brokenRule({ path: '', maxAge: 1_000 }, now - 1_500, now)).toMatch(/2 s old/);
  expect(brokenRule({ path: '', equals: 'x' }, 'y'.repeat(500), now)?.length).toBeLessThan(100);
});
