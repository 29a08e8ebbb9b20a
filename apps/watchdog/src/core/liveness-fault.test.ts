import { expect, test } from 'vitest';
import type { Effect } from './effect.ts';
import { type Hold, type LivenessEvent, type LivenessState, stepLiveness } from './liveness-fault.ts';

const answered: LivenessEvent = { type: 'answered' };
const refused: LivenessEvent = { type: 'failed', timedOut: false, detail: 'connection refused' };
const silent: LivenessEvent = { type: 'failed', timedOut: true, detail: 'no answer within 10 s' };

function play(events: [LivenessEvent, Hold?][], from: LivenessState = { at: 'up' }) {
  let state = from;
  const effects: Effect[] = [];
  events.forEach(([event, hold = null], index) => {
    const policy = { service: 'ailife', host: '127.0.0.1:3100', fall: 3, hold };
    const next = stepLiveness(state, event, policy, 1_000 * (index + 1));
    state = next.state;
    effects.push(...next.effects);
  });
  return { state, effects, told: effects.map((effect) => effect.do) };
}

test('three failures in a row are a fault, two and an answer are none', () => {
  expect(play([[refused], [refused], [answered], [refused], [refused]]).told).toEqual([]);
  const { effects } = play([[refused], [refused], [refused], [refused]]);
  expect(effects).toMatchObject([
    {
      do: 'raise',
      alertType: 'health_unreachable',
      detectedAt: 1_000,
      params: { host: '127.0.0.1:3100', detail: 'connection refused' },
    },
  ]);
});

test('one full time limit without an answer is a fault: a hung process does not get three', () => {
  expect(play([[silent]]).told).toEqual(['raise']);
});

test('it clears when it has answered twice', () => {
  expect(play([[silent], [answered], [refused], [answered]]).told).toEqual(['raise']);
  expect(play([[silent], [answered], [answered]]).told).toEqual(['raise', 'clear']);
});

test('the silence of a process that is gone is not told beside it', () => {
  expect(
    play([
      [refused, 'process'],
      [refused, 'process'],
      [silent, 'process'],
    ]).told,
  ).toEqual([]);
  expect(
    play([
      [silent, 'maintenance'],
      [silent, 'maintenance'],
    ]).state,
  ).toEqual({ at: 'unknown' });
});

test('a fault that was told stays open through a restart and clears after it', () => {
  expect(play([[silent], [refused, 'process'], [answered], [answered]]).told).toEqual(['raise', 'clear']);
});

test('a child of the damaged database is held back, and told when only it is left', () => {
  const held = play([
    [silent, 'database'],
    [silent, 'database'],
  ]);
  expect(held.told).toEqual([]);
  expect(play([[silent]], held.state).told).toEqual(['raise']);
  expect(play([[answered], [answered]], held.state).told).toEqual([]);
});
