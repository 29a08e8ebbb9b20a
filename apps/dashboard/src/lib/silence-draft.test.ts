import type { SilenceView } from '@yoban/shared/contracts/silence';
import { describe, expect, test } from 'vitest';
import { draftOf, matcherText, silenceHref, silenceOf, silenceStateAt } from './silence-draft.ts';

const zone = 'Asia/Tokyo';
const nowMs = Date.parse('2026-03-11T06:30:20Z');
const empty = draftOf(new URLSearchParams(), nowMs, zone);
const search = new URLSearchParams(silenceHref({ service: 'shop/eu', alertType: 'HighErrorRate' }).split('?')[1]);
const ofAlert = { ...draftOf(search, nowMs, zone), comment: ' payment provider is down ' };

describe('A7: a silence is written', () => {
  test('for an alert: its service and type, for an hour from now', () => {
    expect(silenceOf(ofAlert, nowMs, zone)).toEqual({
      matchers: [
        { name: 'service', value: 'shop/eu', isRegex: false, isEqual: true },
        { name: 'alertType', value: 'HighErrorRate', isRegex: false, isEqual: true },
      ],
      endsAt: '2026-03-11T07:30:20.000Z',
      comment: 'payment provider is down',
    });
  });
  test('ahead, as a maintenance window: its length counts from its start, in the configured zone', () => {
    const later = { ...ofAlert, start: 'later' as const, startsAt: '2026-03-12T02:00', duration: '4h' as const };
    expect(silenceOf(later, nowMs, zone)).toMatchObject({
      startsAt: '2026-03-11T17:00:00.000Z',
      endsAt: '2026-03-11T21:00:00.000Z',
    });
    const until = { ...later, duration: 'until' as const, endsAt: '2026-03-12T02:30' };
    expect(silenceOf(until, nowMs, zone)).toMatchObject({ endsAt: '2026-03-11T17:30:00.000Z' });
  });
  test('with every comparison', () => {
    const operators = ['=', '!=', '=~', '!~'] as const;
    const matchers = operators.map((operator, key) => ({ key, name: 'instance', operator, value: 'web-1' }));
    const silence = silenceOf({ ...ofAlert, matchers }, nowMs, zone);
    if ('problems' in silence) throw new Error(silence.problems.join());
    expect(silence.matchers.map(matcherText)).toEqual(operators.map((operator) => `instance${operator}"web-1"`));
  });
});

describe('what is missing is named at once', () => {
  test.each([
    [empty, ['matchers', 'comment']],
    [{ ...ofAlert, comment: '  ' }, ['comment']],
    [{ ...ofAlert, matchers: [{ key: 0, name: 'service', operator: '=~' as const, value: '(a+)+' }] }, ['pattern']],
    [{ ...ofAlert, start: 'later' as const, startsAt: '2026-03-11T15:30' }, ['startsAt']],
    [{ ...ofAlert, start: 'later' as const, startsAt: '' }, ['startsAt']],
    [{ ...ofAlert, duration: 'until' as const, endsAt: '2026-03-11T15:30' }, ['endsAt']],
    [
      {
        ...ofAlert,
        ...{ start: 'later' as const, startsAt: '2026-03-12T02:00' },
        ...{ duration: 'until' as const, endsAt: '2026-03-12T01:00' },
      },
      ['endsAt'],
    ],
  ])('%#', (draft, problems) => {
    expect(silenceOf(draft, nowMs, zone)).toEqual({ problems });
  });
});

test('a silence begins and ends by the clock, and one that was ended stays over', () => {
  const silence: SilenceView = {
    ...{ id: 's', matchers: [], createdBy: 'operator', comment: '', state: 'pending', updatedAt: '' },
    ...{ startsAt: '2026-03-11T06:00:00Z', endsAt: '2026-03-11T07:00:00Z' },
  };
  expect(silenceStateAt(silence, nowMs)).toBe('active');
  expect(silenceStateAt(silence, nowMs - 3_600_000)).toBe('pending');
  expect(silenceStateAt(silence, nowMs + 3_600_000)).toBe('expired');
  expect(silenceStateAt({ ...silence, state: 'expired' }, nowMs)).toBe('expired');
});
