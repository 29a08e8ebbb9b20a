import fc from 'fast-check';
import { expect, test } from 'vitest';
import { a, b, c, play, policy, process, up } from '../../test/play-process.ts';
import {
  type ProcessEvent,
  type ProcessState,
  type Running,
  settlesAt,
  stepProcess,
  unseenProcess,
  unstableNow,
} from './process-fault.ts';

test('a service that starts beside us is up without a word', () => {
  const { told, state } = play([
    [0, null, false],
    [5, a, false],
    [9, a, true],
  ]);
  expect(told).toEqual([]);
  expect(state.at).toBe('up');
});

test('a service that is not there when we start is told after a minute, not after the grace', () => {
  expect(
    play([
      [0, null, false],
      [59, null, false],
    ]).told,
  ).toEqual([]);
  expect(
    play([
      [0, null, false],
      [60, null, false],
    ]).told,
  ).toEqual(['raise process_down']);
});

test('decisions: back within the grace is one INFO with n of m and how long it was down', () => {
  const { effects } = play(
    [
      [100, null, false],
      [101, b, false],
      [102, b, true],
    ],
    up,
  );
  expect(effects).toMatchObject([
    {
      do: 'inform',
      alertType: 'process_restarted',
      detectedAt: 100_000,
      params: { supervisor: 'pm2', restarts: 1, restartLimit: 10, downMs: 2_000 },
    },
  ]);
});

test('restarts count in a row, and a stable minute makes them start again', () => {
  const quick = process(3, 103_000);
  const first = play(
    [
      [100, null, false],
      [102, b, true],
    ],
    up,
  );
  const second = play(
    [
      [110, null, false],
      [111, quick, true],
    ],
    first.state,
  );
  expect(second.effects).toMatchObject([{ params: { restarts: 2 } }]);
  expect(unstableNow(second.state, 60_000, 112_000)).toBe(2);
  expect(unstableNow(second.state, 60_000, 163_000)).toBe(0);
  const later = play(
    [
      [200, null, false],
      [201, process(4, 200_500), true],
    ],
    second.state,
  );
  expect(later.effects).toMatchObject([{ params: { restarts: 1 } }]);
});

test('gone and back between two looks is seen by the new identity', () => {
  const { effects } = play([[102, b, true]], up);
  expect(effects).toMatchObject([{ do: 'inform', detectedAt: 101_000, params: { downMs: 1_000 } }]);
});

test('past the grace it is one CRITICAL however long it lasts, and one recovery with the time it was down', () => {
  const { told, effects } = play(
    [
      [100, null, false],
      [109, null, false],
      [110, null, false],
      [120, null, false],
      [131, c, false],
      [132, c, true],
    ],
    up,
  );
  expect(told).toEqual(['raise process_down', 'clear process_down']);
  expect(effects[0]).toMatchObject({ cause: 'grace_over', params: { graceS: 10, exhausted: false } });
  expect(effects[1]).toMatchObject({ params: { downMs: 32_000 } });
  expect(effects[0]).toHaveProperty('incidentId', 'ailife-process-100000');
  expect(effects[1]).toHaveProperty('incidentId', 'ailife-process-100000');
});

test('a crash loop is not announced as recovered at each attempt: back means that it answers', () => {
  const attempts = Array.from({ length: 20 }, (_, index): [number, Running | null, boolean] => [
    101 + index,
    index % 2 === 0 ? null : process(50 + index, (101 + index) * 1_000),
    false,
  ]);
  expect(play([[100, null, false], ...attempts], up).told).toEqual(['raise process_down']);
});

test('without a liveness address a process is back when it has run for 0.6 s, and that time is known before', () => {
  const bare = { ...policy, hasLiveness: false };
  const look = (at: number, there: Running | null, state: ProcessState) =>
    stepProcess(
      state,
      { type: 'look', process: there, answeredAt: null, unasked: false, maintenance: false },
      bare,
      at,
    );
  const gone = look(100_000, null, up).state;
  const coming = look(101_500, b, gone);
  expect(coming.effects).toEqual([]);
  expect(settlesAt(coming.state, bare)).toBe(101_600);
  expect(look(101_600, b, coming.state).effects).toMatchObject([{ do: 'inform' }]);
  expect(settlesAt(coming.state, policy)).toBeNull();
});

test('an answer to the process before is none of the new one', () => {
  const gone = play([[100, null, false]], up).state;
  const event: ProcessEvent = { type: 'look', process: b, answeredAt: 99_900, unasked: false, maintenance: false };
  expect(stepProcess(gone, event, policy, 101_500).effects).toEqual([]);
});

test('after a time away, a process that nobody has asked yet is not called down', () => {
  const look = (unasked: boolean): ProcessEvent => ({
    type: 'look',
    process: b,
    answeredAt: null,
    unasked,
    maintenance: false,
  });
  const first = stepProcess(up, look(true), policy, 200_000);
  expect(first.effects).toEqual([]);
  expect(stepProcess(first.state, look(false), policy, 200_500).effects).toMatchObject([{ do: 'raise' }]);
});

test('whatever happens, raise and clear alternate, and a fault is never told twice', () => {
  const event = fc.record({
    stepMs: fc.integer({ min: 1, max: 20_000 }),
    there: fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
    answers: fc.boolean(),
    maintenance: fc.boolean(),
    gaveUp: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let state = unseenProcess(0);
      let now = 0;
      let open: string | null = null;
      const ids = new Set<string>();
      for (const { stepMs, there, answers, maintenance, gaveUp } of events) {
        now += stepMs;
        const look: ProcessEvent = {
          type: 'look',
          process: there === null ? null : process(there, now - stepMs),
          answeredAt: answers ? now : null,
          unasked: false,
          maintenance,
        };
        const heard: ProcessEvent = { type: 'supervisor', gaveUp, restarts: null };
        for (const one of [look, heard]) {
          const next = stepProcess(state, one, policy, now);
          state = next.state;
          for (const effect of next.effects) {
            if (effect.do === 'raise') {
              expect(open).toBeNull();
              expect(ids.has(effect.incidentId)).toBe(false);
              open = effect.incidentId;
              ids.add(open);
            }
            if (effect.do === 'clear') {
              expect(effect.incidentId).toBe(open);
              open = null;
            }
            if (effect.do === 'inform') expect(open).toBeNull();
          }
          expect(state.at === 'down').toBe(open !== null);
        }
      }
    }),
    { numRuns: 300 },
  );
});
