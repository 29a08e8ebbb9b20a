import { expect, test } from 'vitest';
import { b, c, play, up } from '../../test/play-process.ts';

test('maintenance: a restart in it says nothing, and a service still gone at its end gets a grace of its own', () => {
  expect(
    play(
      [
        [100, null, false, true],
        [130, b, true, true],
      ],
      up,
    ).told,
  ).toEqual([]);
  const left = play(
    [
      [100, null, false, true],
      [130, null, false, true],
      [131, null, false],
      [140, null, false],
    ],
    up,
  );
  expect(left.told).toEqual([]);
  expect(play([[141, null, false]], left.state).told).toEqual(['raise process_down']);
});

test('a fault that was told before maintenance is recovered in it', () => {
  const down = play(
    [
      [100, null, false],
      [110, null, false],
    ],
    up,
  ).state;
  expect(
    play(
      [
        [120, null, false, true],
        [131, c, true, true],
      ],
      down,
    ).told,
  ).toEqual(['clear process_down']);
});
