import { MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { type AlertState, noAlert } from './alert-state.ts';
import { type AlertInput, type Step, stepAlert } from './step-alert.ts';

const W = 15 * MINUTE;
const t0 = Date.parse('2026-03-11T06:30:00Z');

/** Runs `[minute, kind, level?]` through the machine, each event seen and decided at that minute unless `at` says otherwise. */
function run(events: { min: number; kind: AlertInput['kind']; level?: AlertInput['level']; atMin?: number }[]): {
  state: AlertState;
  steps: Step[];
} {
  let state: AlertState = noAlert;
  const steps = events.map(({ min, kind, level = 'critical', atMin = min }) => {
    const input = { kind, level, at: t0 + atMin * MINUTE, params: { n: min }, lastError: null };
    const step = stepAlert(state, input, { now: t0 + min * MINUTE, windowMs: W, channels: ['slack', 'mail'] });
    state = step.state;
    return step;
  });
  return { state, steps };
}
const told = (steps: Step[]) =>
  steps.map(
    (step) => `${step.reason}${step.drafts.map((draft) => ` ${draft.kind}>${draft.channels.join('+')}`).join('')}`,
  );

test('A4 (T1, T3, T9): first raise sent, repeats counted, recovery to every channel that got the raise', () => {
  const { state, steps } = run([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'raise' },
    { min: 2, kind: 'raise' },
    { min: 3, kind: 'clear' },
  ]);
  expect(told(steps)).toEqual(['raised raise>slack+mail', 'repeated', 'repeated', 'recovered recovery>slack+mail']);
  expect(state).toMatchObject({ st: 'resolved', suppressed: 2, params: { n: 2 } });
  expect(state.memory.unreported).toEqual([{ until: t0 + W, count: 2 }]);
});

test('A4 (T2): a re-fire inside the window is counted and owed, and its recovery is still sent', () => {
  const { state, steps } = run([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise' },
  ]);
  expect(told(steps)[2]).toBe('raised_inside_window');
  expect(state).toMatchObject({ st: 'open', owed: true, suppressed: 1, announced: ['slack', 'mail'] });
  const again = stepAlert(
    state,
    { kind: 'clear', level: 'critical', at: t0 + 3 * MINUTE, params: {}, lastError: null },
    {
      now: t0 + 3 * MINUTE,
      windowMs: W,
      channels: ['slack', 'mail'],
    },
  );
  expect(told([again])).toEqual(['recovered recovery>slack+mail']);
});

test('A4: the window is 15 minutes from the sending, to the millisecond', () => {
  const step = (ms: number) =>
    stepAlert(
      run([{ min: 0, kind: 'raise' }]).state,
      { kind: 'raise', level: 'critical', at: t0 + ms, params: {}, lastError: null },
      { now: t0 + ms, windowMs: W, channels: ['slack'] },
    ).reason;
  expect([step(W - 1), step(W)]).toEqual(['repeated', 'still_firing']);
});

test('T4: still firing after the window is told to the channels again', () => {
  const { steps } = run([
    { min: 0, kind: 'raise' },
    { min: 15, kind: 'raise' },
    { min: 16, kind: 'clear' },
    { min: 31, kind: 'raise' },
  ]);
  expect(told(steps)).toEqual([
    'raised raise>slack+mail',
    'still_firing still>slack+mail',
    'recovered recovery>slack+mail',
    'raised raise>slack+mail',
  ]);
});

test('WARNINGs open and resolve without a message; one that becomes CRITICAL is told at once (T5)', () => {
  const { steps, state } = run([
    { min: 0, kind: 'raise', level: 'warning' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise', level: 'warning' },
    { min: 3, kind: 'raise' },
    { min: 4, kind: 'raise', level: 'warning' },
    { min: 5, kind: 'clear' },
  ]);
  expect(told(steps)).toEqual([
    'warning_kept',
    'recovered',
    'warning_kept',
    'upgraded raise>slack+mail',
    'warning_kept',
    'recovered recovery>slack+mail',
  ]);
  expect(state).toMatchObject({ level: 'critical', suppressed: 0 });
});

test('a WARNING between two CRITICALs does not shorten the window', () => {
  const { steps } = run([
    { min: 0, kind: 'raise' },
    { min: 1, kind: 'clear' },
    { min: 2, kind: 'raise', level: 'warning' },
    { min: 3, kind: 'raise' },
    { min: 4, kind: 'clear' },
  ]);
  expect(told(steps).slice(3)).toEqual(['raised_inside_window', 'recovered recovery>slack+mail']);
});

test('T11: a clear that overtook its raise: the late raise is told and recovered back to back', () => {
  const { steps, state } = run([
    { min: 2, kind: 'clear', atMin: 2 },
    { min: 3, kind: 'raise', atMin: 1 },
  ]);
  expect(told(steps)).toEqual(['early_clear', 'raised_and_recovered raise>slack+mail recovery>slack+mail']);
  expect(state).toMatchObject({ st: 'resolved', resolvedAt: t0 + 2 * MINUTE });
});

test('a raise of an incident that is over only counts; an older clear does not end a newer raise', () => {
  const { steps, state } = run([
    { min: 0, kind: 'raise' },
    { min: 2, kind: 'clear' },
    { min: 3, kind: 'raise', atMin: 1 },
    { min: 20, kind: 'raise' },
    { min: 21, kind: 'clear', atMin: 19 },
  ]);
  expect(told(steps).slice(2)).toEqual(['late_raise', 'raised raise>slack+mail', 'stale_clear']);
  expect(state.st).toBe('open');
});

test('two incidents of one alert have names of their own, in the same millisecond and after the clock went back', () => {
  const { steps } = run([
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
  const { steps } = run([
    { min: 60, kind: 'raise' },
    { min: 61, kind: 'clear' },
    { min: 2, kind: 'raise' },
    { min: 3, kind: 'clear' },
  ]);
  expect(told(steps).slice(2)).toEqual(['raised raise>slack+mail', 'recovered recovery>slack+mail']);
});
