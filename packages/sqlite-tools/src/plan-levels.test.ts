import fc from 'fast-check';
import { expect, test } from 'vitest';
import { levelOf, planLevels } from './plan-levels.ts';

const sizes = [
  { level: 4, bytes: 1_030 },
  { level: 5, bytes: 1_002 },
  { level: 6, bytes: 990 },
];

test('the quickest level alone where it already fits', () => {
  expect(planLevels(sizes, 1_100)).toMatchObject({ slower: 4, share: 0 });
});

test('a mix of two neighbours where the wanted size lies between them', () => {
  expect(planLevels(sizes, 1_000)).toMatchObject({ quicker: 5, slower: 6, share: expect.closeTo(0.833, 2) });
});

test('the smallest where none fits', () => {
  expect(planLevels(sizes, 900)).toMatchObject({ slower: 6, share: 0 });
});

test('over a whole file the quicker level has its share, to one slice', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 500 }), (share, slices) => {
      const levels = Array.from({ length: slices }, (_, index) => levelOf({ quicker: 5, slower: 6, share }, index));
      expect(levels.filter((level) => level === 5)).toHaveLength(Math.floor(slices * share));
    }),
  );
});
