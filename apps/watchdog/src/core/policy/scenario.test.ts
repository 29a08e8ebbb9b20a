import { expect, test } from 'vitest';
import { Scenario, worldOf } from './scenario.ts';

test('what an action mends passes from its end on, not while it is under way', () => {
  const world = worldOf(
    Scenario.parse({
      timeline: [{ at: '0s', fail: ['page'] }],
      actions: { restart: { takes: '10s', mends: ['page'] } },
    }),
  );
  world.act('restart', 5_000);
  expect([14_999, 15_000].map((at) => world.look('page', at).passes)).toEqual([false, true]);
});
