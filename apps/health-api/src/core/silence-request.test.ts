import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { SilenceRequest, silenceOf } from './silence-request.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');
const asked = (change: Record<string, unknown> = {}) =>
  SilenceRequest.parse({
    matchers: [{ name: 'service', value: 'shop' }],
    endsAt: isoTime(now + MINUTE),
    createdBy: 'ops',
    ...change,
  });

test('A7: a silence begins at once unless it says later, never in the past', () => {
  expect(silenceOf(asked(), 's', now)).toMatchObject({ id: 's', startsAt: isoTime(now), comment: '' });
  expect(silenceOf(asked({ startsAt: isoTime(now - MINUTE) }), 's', now).startsAt).toBe(isoTime(now));
  const zoned = asked({ startsAt: '2026-03-11T15:30:30+09:00' });
  expect(silenceOf(zoned, 's', now).startsAt).toBe(isoTime(now + 30_000));
});

test.each([
  ['endsAt', { endsAt: isoTime(now) }],
  ['endsAt', { startsAt: isoTime(now + MINUTE) }],
  ['matchers', { matchers: [{ name: 'a', value: '' }] }],
  ['matchers', { matchers: [{ name: 'a', value: '.*', isRegex: true }] }],
])('A7: one that has no end ahead or mutes everything is refused: %s', (field, change) => {
  expect(() => silenceOf(asked(change), 's', now)).toThrow(`wrong: ${field}`);
});

test('a condition that excludes may stand alone, as in Alertmanager', () => {
  const matchers = [{ name: 'a', value: 'b', isEqual: false }];
  expect(silenceOf(asked({ matchers }), 's', now).matchers).toHaveLength(1);
});
