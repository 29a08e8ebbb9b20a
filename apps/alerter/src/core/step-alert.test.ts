import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { play, t0, W } from '../../test/support/steps.ts';
import { AlertState } from './alert-state.ts';

test('A4 (T1, T3, T9): first raise sent, repeats counted, recovery to every channel that got the raise', () => {
  const { state, told } = play([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'raise' },
    { min: 2, kind: 'raise' },
    { min: 3, kind: 'clear' },
  ]);
  expect(told).toEqual(['raised raise>slack+mail', 'repeated', 'repeated', 'recovered recovery>slack+mail']);
  expect(state).toMatchObject({ st: 'resolved', suppressed: 2, params: { n: 2 } });
  expect(state.memory.unreported).toEqual([{ until: t0 + W, count: 2 }]);
});

test('A4 (T2): a re-fire inside the window is counted and owed, and its recovery is still sent', () => {
  const refired = [
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise' },
  ] as const;
  const { state, told } = play(refired);
  expect(told[2]).toBe('raised_inside_window');
  expect(state).toMatchObject({ st: 'open', hold: { by: 'window' }, suppressed: 1, announced: ['slack', 'mail'] });
  expect(play([...refired, { min: 3, kind: 'clear' }]).told[3]).toBe('recovered recovery>slack+mail');
});

test('A4: rearmOnRecovery tells a re-fire at once; a repeat while open is still counted', () => {
  const { told } = play(
    [
      { min: 0, kind: 'raise' },
      { min: 1, kind: 'raise' },
      { min: 2, kind: 'clear' },
      { min: 3, kind: 'raise' },
      { min: 4, kind: 'raise' },
    ],
    { rearmOnRecovery: true },
  );
  expect(told.slice(1)).toEqual(['repeated', 'recovered recovery>slack+mail', 'raised raise>slack+mail', 'repeated']);
});

test('A4: the window is 15 minutes from the sending, to the millisecond', () => {
  const at = (ms: number) =>
    play([
      { min: 0, kind: 'raise' },
      { min: ms / MINUTE, kind: 'raise' },
    ]).told[1];
  expect([at(W - 1), at(W)]).toEqual(['repeated', 'still_firing still>slack+mail']);
});

test('A4 (T4): still firing after the window is told to the channels again', () => {
  const { told } = play([
    { min: 0, kind: 'raise' },
    { min: 15, kind: 'raise' },
    { min: 16, kind: 'clear' },
    { min: 31, kind: 'raise' },
  ]);
  expect(told).toEqual([
    'raised raise>slack+mail',
    'still_firing still>slack+mail',
    'recovered recovery>slack+mail',
    'raised raise>slack+mail',
  ]);
});

test('A4 (T5): a WARNING that becomes CRITICAL is told at once, and its recovery goes to those who were told', () => {
  const { told, state } = play([
    { min: 0, kind: 'raise', level: 'warning' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise', level: 'warning' },
    { min: 3, kind: 'raise' },
    { min: 4, kind: 'raise', level: 'warning' },
    { min: 5, kind: 'clear' },
  ]);
  expect(told).toEqual([
    'listed',
    'recovered',
    'listed',
    'upgraded raise>slack+mail',
    'covered_by_critical',
    'recovered recovery>slack+mail',
  ]);
  expect(state).toMatchObject({ level: 'critical', suppressed: 0 });
});

test('A4: a WARNING between two CRITICALs does not shorten the window', () => {
  const { told } = play([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise', level: 'warning' },
    { min: 3, kind: 'raise' },
    { min: 4, kind: 'clear' },
  ]);
  expect(told.slice(3)).toEqual(['raised_inside_window', 'recovered recovery>slack+mail']);
});

test('A1 (T6): raises of a WARNING in one bucket are one entry of its digest, by the sources’ own times', () => {
  const { state, told } = play([
    { min: 1, kind: 'raise', level: 'warning' },
    { min: 2, kind: 'raise', level: 'warning' },
    { min: 3, kind: 'clear' },
    { min: 4, kind: 'raise', level: 'warning' },
    { min: 16, kind: 'raise', level: 'warning' },
  ]);
  expect(told).toEqual(['listed', 'listed', 'recovered', 'listed', 'listed']);
  const first = { until: t0 + W, count: 3, first: t0 + MINUTE, last: t0 + 4 * MINUTE, channels: ['slack'] };
  expect(state.memory.digest).toMatchObject([first, { until: t0 + 2 * W, count: 1 }]);
  expect(state.memory.digest[0]?.epochs).toEqual([t0 + MINUTE, t0 + 4 * MINUTE]);
});

test('A11: WARNINGs of a service without a route for them are on the page only', () => {
  const nobody = { routes: { critical: ['line'], warning: [], info: [] } };
  const { told, state } = play(
    [
      { min: 0, kind: 'raise', level: 'warning' },
      { min: 1, kind: 'clear' },
    ],
    nobody,
  );
  expect(told).toEqual(['not_listed', 'recovered']);
  expect(state.memory.digest).toEqual([]);
});

test('A4 (T11): a clear that overtook its raise: the late raise is told and recovered back to back', () => {
  const { told, state } = play([
    { min: 2, kind: 'clear', atMin: 2 },
    { min: 3, kind: 'raise', atMin: 1 },
  ]);
  expect(told).toEqual(['early_clear', 'raised_and_recovered raise>slack+mail recovery>slack+mail']);
  expect(state).toMatchObject({ st: 'resolved', resolvedAt: t0 + 2 * MINUTE });
});

test('A1 (T11): a WARNING whose clear overtook it stands in the digest as recovered', () => {
  const { told, state } = play([
    { min: 2, kind: 'clear', atMin: 2 },
    { min: 3, kind: 'raise', level: 'warning', atMin: 1 },
    { min: 4, kind: 'raise', level: 'warning', atMin: 1.5 },
  ]);
  expect(told).toEqual(['early_clear', 'raised_and_recovered', 'late_raise']);
  expect(state).toMatchObject({ st: 'resolved', memory: { digest: [{ count: 2, first: t0 + MINUTE }] } });
});

test('a raise of an incident that is over only counts; an older clear does not end a newer raise', () => {
  const { told, state } = play([
    { min: 0, kind: 'raise' },
    { min: 2, kind: 'clear' },
    { min: 3, kind: 'raise', atMin: 1 },
    { min: 20, kind: 'raise' },
    { min: 21, kind: 'clear', atMin: 19 },
  ]);
  expect(told.slice(2)).toEqual(['late_raise', 'raised raise>slack+mail', 'stale_clear']);
  expect(state.st).toBe('open');
});

test('two incidents of one alert have names of their own, in the same millisecond and after the clock went back', () => {
  const { steps } = play([
    { min: 5, kind: 'raise' },
    { min: 5, kind: 'clear' },
    { min: 5, kind: 'raise', atMin: 6 },
    { min: 7, kind: 'clear' },
    { min: 1, kind: 'raise' },
  ]);
  const epochs = [0, 2, 4].map((index) => (steps[index]?.state.memory.epoch ?? 0) - t0);
  expect(epochs).toEqual([5 * MINUTE, 5 * MINUTE + 1, 5 * MINUTE + 2]);
});

test('a clock that went back an hour withholds nothing', () => {
  const { told } = play([
    { min: 60, kind: 'raise' },
    { min: 61, kind: 'clear' },
    { min: 2, kind: 'raise' },
    { min: 3, kind: 'clear' },
  ]);
  expect(told.slice(2)).toEqual(['raised raise>slack+mail', 'recovered recovery>slack+mail']);
});

test('a state from before there were silences is still read', () => {
  const { state } = play([{ min: 0, kind: 'raise' }]);
  const {
    hold: _hold,
    ack: _ack,
    escalation: _escalation,
    endsAt: _endsAt,
    labels: _labels,
    text: _text,
    ...old
  } = state.st === 'open'
    ? state
    : Object.assign(state, { hold: null, ack: null, escalation: null, endsAt: null, labels: {}, text: null });
  const { digest: _digest, ...memory } = old.memory;
  expect(AlertState.parse({ ...old, memory, owed: true })).toMatchObject({
    st: 'open',
    hold: { by: 'window' },
    ack: null,
  });
  expect(AlertState.parse({ ...old, memory, owed: false })).toMatchObject({ hold: null, memory: { digest: [] } });
});
