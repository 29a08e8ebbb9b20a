import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { play, t0, W } from '../../test/support/steps.ts';

const levels = {
  escalation: [
    { afterMs: 5 * MINUTE, channels: ['slack', 'line'] },
    { afterMs: 15 * MINUTE, channels: ['pager'] },
  ],
};
const quietFor = (min: number) => ({ min, kind: 'clock' as const });

test('A7 (T14): each level is told when nobody has acknowledged; the recovery goes to all who were told', () => {
  const { told, state } = play(
    [
      { min: 0, kind: 'raise' },
      quietFor(4.99),
      quietFor(5),
      quietFor(6),
      quietFor(15),
      quietFor(60),
      { min: 61, kind: 'clear' },
    ],
    levels,
  );
  expect(told).toEqual([
    'raised raise>slack+mail',
    'nothing_due',
    'escalated escalation>slack+line',
    'nothing_due',
    'escalated escalation>pager',
    'nothing_due',
    'recovered recovery>slack+mail+line+pager',
  ]);
  expect(state.memory.told).toEqual(['slack', 'mail', 'line', 'pager']);
});

test('A7 (T14): levels that were missed are told at once, each channel once', () => {
  const { told, nextMin } = play([{ min: 0, kind: 'raise' }, quietFor(40)], levels);
  expect(told[1]).toBe('escalated escalation>slack+line+pager');
  expect(nextMin).toBe(240);
});

test('A7 (T14): a level at 0 s is who is told first', () => {
  const own = {
    escalation: [
      { afterMs: 0, channels: ['line'] },
      { afterMs: 5 * MINUTE, channels: ['pager'] },
    ],
  };
  expect(play([{ min: 0, kind: 'raise' }, quietFor(5)], own).told).toEqual([
    'raised raise>line',
    'escalated escalation>pager',
  ]);
});

test('A7 (T13): an acknowledgement stops reminders and escalation; the recovery is still sent', () => {
  const { told, nextMin } = play(
    [{ min: 0, kind: 'raise' }, { min: 2, kind: 'ack' }, quietFor(5), quietFor(200)],
    levels,
  );
  expect(told).toEqual(['raised raise>slack+mail', 'acked ack>slack+mail', 'nothing_due', 'nothing_due']);
  expect(nextMin).toBe(242);
  const over = play(
    [
      { min: 0, kind: 'raise' },
      { min: 2, kind: 'ack' },
      { min: 30, kind: 'clear' },
    ],
    levels,
  );
  expect(over.told[2]).toBe('recovered recovery>slack+mail');
  expect(over.nextMin).toBeNull();
});

test('A7 (T13): while acknowledged a raise outside the window only counts; after 4 h it is told again', () => {
  const acked = [
    { min: 0, kind: 'raise' },
    { min: 2, kind: 'ack' },
    { min: 30, kind: 'raise' },
  ] as const;
  expect(play(acked).told[2]).toBe('repeated');
  const lapsed = play([...acked, quietFor(242)]);
  expect(lapsed.told[3]).toBe('reminded still>slack+mail');
  expect(lapsed.state).toMatchObject({ ack: null, suppressed: 1 });
});

test('A7 (T13): taken back, the time to the next level counts anew', () => {
  const { told, nextMin } = play(
    [{ min: 0, kind: 'raise' }, { min: 2, kind: 'ack' }, { min: 60, kind: 'unack' }, quietFor(64)],
    levels,
  );
  expect(told.slice(2)).toEqual(['unacked', 'nothing_due']);
  expect(nextMin).toBe(65);
});

test('A7 (T13): what is not open, or another incident, cannot be acknowledged; a CRITICAL is news to who took the WARNING', () => {
  const { told } = play([
    { min: 0, kind: 'ack' },
    { min: 1, kind: 'raise', level: 'warning' },
    { min: 2, kind: 'unack' },
    { min: 3, kind: 'ack' },
    { min: 4, kind: 'raise' },
    { min: 5, kind: 'clear' },
    { min: 6, kind: 'ack' },
  ]);
  expect(told).toEqual([
    'not_open',
    'listed',
    'not_acked',
    'acked',
    'upgraded raise>slack+mail',
    'recovered recovery>slack+mail',
    'not_open',
  ]);
});

test('A7 (T4): an open CRITICAL is told again every 4 h, or never where reminders are off', () => {
  const day = [{ min: 0, kind: 'raise' } as const, ...[239, 240, 479, 480].map(quietFor)];
  expect(play(day).told.slice(1)).toEqual([
    'nothing_due',
    'reminded still>slack+mail',
    'nothing_due',
    'reminded still>slack+mail',
  ]);
  const off = play(day, { remindEveryMs: null });
  expect(off.told.slice(1)).toEqual(Array(4).fill('nothing_due'));
  expect(off.nextMin).toBeNull();
});

test('A7 (T4): a level and a reminder of the same moment tell each channel once', () => {
  const policy = { remindEveryMs: 30 * MINUTE, ...levels };
  expect(play([{ min: 0, kind: 'raise' }, quietFor(5), quietFor(30)], policy).told[2]).toBe(
    'escalated escalation>pager still>slack+mail+line',
  );
});

test('A7 (T15): of two senders that repeat one alert, the one that saw it begin earlier only moves its end, and never back', () => {
  const { told, nextMin, state } = play([
    { min: 1, kind: 'raise', endsMin: 5 },
    { min: 2, kind: 'raise', atMin: 0, endsMin: 6 },
    { min: 3, kind: 'raise', atMin: 0, endsMin: 4 },
  ]);
  expect(told).toEqual(['raised raise>slack+mail', 'refreshed', 'refreshed']);
  expect(nextMin).toBe(6);
  expect(state).toMatchObject({
    suppressed: 0,
    params: { n: 1 },
    memory: { lastRaiseAt: t0 + MINUTE, unreported: [] },
  });
  const endless = play([
    { min: 1, kind: 'raise' },
    { min: 2, kind: 'raise', atMin: 0, endsMin: 6 },
  ]);
  expect(endless.state).toMatchObject({ endsAt: null });
});

test('A7 (T15): an alert with an end is over then unless it is raised again', () => {
  const { told, nextMin, state } = play([
    { min: 0, kind: 'raise', endsMin: 4 },
    { min: 1, kind: 'raise', atMin: 0, endsMin: 5 },
    quietFor(4),
  ]);
  expect(told).toEqual(['raised raise>slack+mail', 'refreshed', 'nothing_due']);
  expect(nextMin).toBe(5);
  expect(state.memory.unreported).toEqual([]);
  const over = play([{ min: 0, kind: 'raise', endsMin: 4 }, quietFor(5)]);
  expect(over.told[1]).toBe('ended recovery>slack+mail');
  expect(over.state).toMatchObject({ st: 'resolved', resolvedAt: t0 + 4 * MINUTE });
});

test('A7 (T15): one whose end passed while it was on its way is told and recovered back to back', () => {
  const { told } = play([{ min: 10, kind: 'raise', atMin: 0, endsMin: 4 }]);
  expect(told).toEqual(['raised_and_recovered raise>slack+mail recovery>slack+mail']);
});

test('A7: an end that an older raise brings does not end a newer one', () => {
  const { told } = play([
    { min: 10, kind: 'raise' },
    { min: 11, kind: 'raise', atMin: 0, endsMin: 4 },
  ]);
  expect(told[1]).toBe('refreshed');
});

test('a clock that goes back an hour delays no level by more than its own time', () => {
  const { told, nextMin } = play([{ min: 60, kind: 'raise' }, quietFor(1), quietFor(6)], levels);
  expect(told.slice(1)).toEqual(['nothing_due', 'escalated escalation>slack+line']);
  expect(nextMin).toBe(16);
});

test('A4: what the window holds back is no business of the clock: the summary tells it', () => {
  const { told, nextMin } = play([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise' },
    quietFor(W / MINUTE + 1),
  ]);
  expect([told[3], nextMin]).toEqual(['nothing_due', null]);
  expect(HOUR).toBe(4 * W);
});
