import { expect, test } from 'vitest';
import { untilRest } from './until-rest.ts';

/** A machine on a clock of its own, where each second looks as told. */
function machine(leftAt: (second: number) => number, takenAt: (second: number) => number = () => 0) {
  let ms = 0;
  const second = () => Math.floor(ms / 1_000);
  return {
    second,
    options: {
      left: async () => ({ rows: leftAt(second()) }),
      taken: () => takenAt(second()),
      isHopeless: () => false,
      now: () => ms,
      pause: async (by: number) => {
        ms += by;
      },
    },
  };
}

test('A5: the judge of a slow machine waits as long as less is left or more arrives, and not where nothing moves', async () => {
  const slow = machine((second) => Math.max(0, 500 - second));
  expect([await untilRest(slow.options), slow.second()]).toEqual([{ rows: 0 }, 502]);
  const full = machine((second) => (second < 900 ? 7 : 0), Math.floor);
  expect([await untilRest(full.options), full.second()]).toEqual([{ rows: 0 }, 902]);
  const stuck = machine((second) => Math.max(3, 10 - second));
  expect([await untilRest(stuck.options), stuck.second()]).toEqual([{ rows: 3 }, 158]);
});

test('what goes round in a circle ends as well, and so does what no waiting mends', async () => {
  const circle = machine(() => 1, Math.floor);
  expect([await untilRest(circle.options), circle.second()]).toEqual([{ rows: 1 }, 1_801]);
  const hopeless = machine(() => 1);
  await untilRest({ ...hopeless.options, isHopeless: () => true });
  expect(hopeless.second()).toBe(0);
});

test('a Redis that does not answer is not at rest', async () => {
  const gone = machine(() => 0);
  const left = () => (gone.second() < 5 ? Promise.reject(new Error('away')) : gone.options.left());
  expect([await untilRest({ ...gone.options, left }), gone.second()]).toEqual([{ rows: 0 }, 7]);
});
