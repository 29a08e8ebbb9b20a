import { expect, test } from 'vitest';
import { type BusEvent, type BusState, busAnswers, stepBus } from './bus-fault.ts';

const context = { service: 'ailife', graceMs: 30_000 };
const silent: BusEvent = { type: 'silent', detail: 'refused' };
const answered: BusEvent = { type: 'answered' };
const run = (looks: readonly [BusEvent, number][], from: BusState = busAnswers) => {
  let state = from;
  const told: string[] = [];
  for (const [event, at] of looks) {
    const step = stepBus(state, event, context, at);
    state = step.state;
    told.push(...step.effects.map((effect) => `${at} ${effect.do}`));
  }
  return { state, told };
};

test('A5: Redis away for the grace is told once, and once that it is back', () => {
  const looks: [BusEvent, number][] = [0, 5, 10, 25, 30, 35, 60].map((s) => [silent, s * 1_000]);
  expect(run([...looks, [answered, 65_000], [answered, 70_000]]).told).toEqual(['30000 raise', '65000 clear']);
});

test('a restart of Redis is not told, and each silence has a grace of its own', () => {
  expect(
    run([
      [silent, 0],
      [silent, 25_000],
      [answered, 26_000],
      [silent, 31_000],
      [silent, 60_000],
    ]).told,
  ).toEqual([]);
});

test('what is told says how long, of what, and is one incident', () => {
  const { state } = run([[silent, 1_000]]);
  const step = stepBus(state, silent, context, 31_400);
  expect(step.effects).toMatchObject([
    { incidentId: 'ailife-bus-1000', alertType: 'bus_down', params: { detail: 'refused', forS: 30 } },
  ]);
});

test('a clock that goes back makes the silence neither longer nor endless', () => {
  const { told } = run([
    [silent, 3_600_000],
    [silent, 10_000],
    [silent, 39_000],
    [silent, 40_000],
  ]);
  expect(told).toEqual(['40000 raise']);
});
