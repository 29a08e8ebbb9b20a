import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { play, t0, W } from '../../test/support/steps.ts';

const silence = { by: 'silence', id: 's1' } as const;
const parent = { by: 'parent', key: 'a/process_down' } as const;

test('A7: a silenced CRITICAL is told to nobody, is not counted in a summary, and is told when the silence ends', () => {
  const { told, state } = play([
    { min: 0, kind: 'raise', holder: silence },
    { min: 1, kind: 'raise', holder: silence },
    { min: 60, kind: 'clock' },
  ]);
  expect(told).toEqual(['silenced', 'silenced', 'released still>slack+mail']);
  expect(state).toMatchObject({ hold: null, suppressed: 2, announced: ['slack', 'mail'], escalation: { level: 0 } });
  expect(state.memory.unreported).toEqual([]);
});

test('A7: a silenced alert that is over before the silence ends is told to nobody', () => {
  const { told } = play([
    { min: 0, kind: 'raise', holder: silence },
    { min: 1, kind: 'clear', holder: silence },
    { min: 60, kind: 'clock' },
  ]);
  expect(told).toEqual(['silenced', 'recovered', 'nothing_due']);
});

test('A7: a silence does not hold back the recovery of what was announced, but every raise, level and reminder', () => {
  const policy = { escalation: [{ afterMs: 5 * MINUTE, channels: ['pager'] }] };
  const { told, nextMin } = play(
    [
      { min: 0, kind: 'raise' },
      { min: 5, kind: 'clock', holder: silence },
      { min: 20, kind: 'raise', holder: silence },
      { min: 240, kind: 'clock', holder: silence },
    ],
    policy,
  );
  expect(told.slice(1)).toEqual(['nothing_due', 'silenced', 'nothing_due']);
  expect(nextMin).toBeNull();
  const over = play(
    [
      { min: 0, kind: 'raise' },
      { min: 9, kind: 'clear', holder: silence },
    ],
    policy,
  );
  expect(over.told[1]).toBe('recovered recovery>slack+mail');
});

test('A7: a silence that ends inside the window of an earlier sending leaves it owed to the end of that', () => {
  const events = [
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise', holder: silence },
    { min: 8, kind: 'clock' },
  ] as const;
  expect(play(events).told[3]).toBe('owed');
  expect(play(events).state).toMatchObject({ hold: { by: 'window' } });
  expect(play(events, { rearmOnRecovery: true }).told[3]).toBe('released still>slack+mail');
});

test('A7: one silence ends while another still holds it back', () => {
  const other = { by: 'silence', id: 's2' } as const;
  const { told, state } = play([
    { min: 0, kind: 'raise', holder: silence },
    { min: 60, kind: 'clock', holder: other },
  ]);
  expect(told[1]).toBe('still_held');
  expect(state).toMatchObject({ hold: other });
});

test('A7: a silenced WARNING is in no digest, and in that of the bucket in which the silence ends', () => {
  const { told, state } = play([
    { min: 0, kind: 'raise', level: 'warning', holder: silence },
    { min: 1, kind: 'raise', level: 'warning', holder: silence },
    { min: 20, kind: 'clock' },
  ]);
  expect(told).toEqual(['silenced', 'silenced', 'released']);
  expect(state.memory.digest).toMatchObject([{ until: t0 + 2 * W, count: 1, first: t0 }]);
});

test('A7: acknowledged under a silence, it is told only when the acknowledgement lapses', () => {
  const { told } = play([
    { min: 0, kind: 'raise', holder: silence },
    { min: 1, kind: 'ack', holder: silence },
    { min: 60, kind: 'clock' },
    { min: 241, kind: 'clock' },
  ]);
  expect(told.slice(2)).toEqual(['still_held', 'released still>slack+mail']);
});

test('A7: a child is told when its parent is over and it is still open; one raised anew tells itself', () => {
  const held = { min: 0, kind: 'raise', holder: parent } as const;
  expect(play([held, { min: 5, kind: 'clock' }]).told).toEqual(['hidden_by_parent', 'released still>slack+mail']);
  expect(play([held, { min: 5, kind: 'raise' }]).told[1]).toBe('released still>slack+mail');
  expect(play([held, { min: 4, kind: 'clear' }, { min: 5, kind: 'clock' }]).told).toEqual([
    'hidden_by_parent',
    'recovered',
    'nothing_due',
  ]);
});

test('A7 (T5): a WARNING that becomes CRITICAL under a silence is owed, and its digest’s channels get the recovery', () => {
  const { told, state } = play([
    { min: 0, kind: 'raise', level: 'warning' },
    { min: 1, kind: 'raise', holder: silence },
    { min: 2, kind: 'clock' },
  ]);
  expect(told).toEqual(['listed', 'silenced', 'released still>slack+mail']);
  expect(state).toMatchObject({ level: 'critical', suppressed: 1 });
});
