import { expect, test } from 'vitest';
import { type DatabaseEvent, type DatabaseState, stepDatabase } from './database-fault.ts';

const policy = { service: 'ailife', db: 'game' };
const look = (
  state: 'ok' | 'empty' | 'missing' | 'not-sqlite' | 'unreadable',
  fileId: string | null = 'f1',
): DatabaseEvent => ({
  type: 'look',
  state,
  detail: state === 'not-sqlite' ? 'wrong-magic' : null,
  fileId,
});
const integrity = (state: 'ok' | 'corrupt', fileId = 'f1'): DatabaseEvent => ({
  type: 'integrity',
  state,
  detail: state === 'ok' ? null : 'row 3 missing from index',
  fileId,
});

function play(events: [number, DatabaseEvent][], from: DatabaseState = { at: 'ok', fileId: 'f1' }) {
  let state = from;
  const steps = events.map(([second, event]) => {
    const next = stepDatabase(state, event, policy, second * 1_000);
    state = next.state;
    return next;
  });
  return {
    state,
    effects: steps.flatMap((step) => step.effects),
    told: steps.flatMap((step) => step.effects.map((effect) => effect.do)),
    wants: steps.map((step) => step.wantsIntegrity),
  };
}

test('an overwritten or missing file is told at the second bad look, once', () => {
  const { effects } = play([
    [1, look('not-sqlite')],
    [2, look('not-sqlite')],
    [3, look('not-sqlite')],
  ]);
  expect(effects).toMatchObject([
    {
      do: 'raise',
      alertType: 'database_corrupt',
      detectedAt: 1_000,
      params: { db: 'game', detail: 'the file is not a SQLite database (wrong-magic)' },
    },
  ]);
  expect(
    play([
      [1, look('missing', null)],
      [2, look('ok')],
    ]).told,
  ).toEqual([]);
  expect(
    play([
      [1, look('missing', null)],
      [2, look('missing', null)],
    ]).told,
  ).toEqual(['raise']);
});

test('a database that was never there is waited for, since its app may be setting up', () => {
  const unseen: DatabaseState = { at: 'unseen', since: 0 };
  expect(
    play(
      [
        [1, look('missing', null)],
        [58, look('empty')],
        [59, look('ok')],
      ],
      unseen,
    ).told,
  ).toEqual([]);
  expect(
    play(
      [
        [60, look('missing', null)],
        [61, look('missing', null)],
      ],
      unseen,
    ).told,
  ).toEqual(['raise']);
});

test('a file that cannot be read is unknown, which is neither sound nor damaged', () => {
  expect(
    play([
      [1, look('unreadable', null)],
      [2, look('unreadable', null)],
    ]).state,
  ).toEqual({ at: 'ok', fileId: 'f1' });
});

test('the word of the integrity check counts at once, and only it ends a fault', () => {
  const { told, state } = play([
    [1, integrity('corrupt')],
    [2, look('ok')],
    [7, look('ok')],
  ]);
  expect(told).toEqual(['raise']);
  expect(play([[8, integrity('ok')]], state).told).toEqual(['clear']);
});

test('a restored file is checked before the fault is over', () => {
  const bad = play([
    [1, look('not-sqlite')],
    [2, look('not-sqlite')],
  ]);
  const restored = play([[3, look('ok', 'f2')]], bad.state);
  expect(restored).toMatchObject({ told: [], wants: [true] });
  expect(play([[4, integrity('ok', 'f2')]], restored.state).told).toEqual(['clear']);
});

test('a corrupt file is not checked over and over, but another file in its place is', () => {
  const bad = play([[1, integrity('corrupt')]]);
  expect(
    play(
      [
        [2, look('ok')],
        [3, look('ok')],
      ],
      bad.state,
    ).wants,
  ).toEqual([false, false]);
  expect(play([[2, look('ok', 'f2')]], bad.state).wants).toEqual([true]);
});

test('what was proven of one file is not believed of its successor', () => {
  expect(
    play([
      [1, look('ok')],
      [2, look('ok', 'f2')],
      [3, look('ok', 'f2')],
    ]).wants,
  ).toEqual([false, true, false]);
});
