import { expect, test } from 'vitest';
import { createNudgedLoop } from './nudged-loop.ts';
import { waitFor } from './testing/wait-for.ts';

const gate = () => Promise.withResolvers<number | null>();

test('a nudge during a look leads to one more look, and never to two at once', async () => {
  const gates = [gate(), gate()];
  let looks = 0;
  const loop = createNudgedLoop({
    look: () => gates[looks++]?.promise ?? Promise.resolve(null),
    retryMs: 1,
    onAway: () => {},
  });
  loop.nudge();
  await waitFor('the first look', () => looks > 0);
  loop.nudge();
  loop.nudge();
  expect(looks).toBe(1);
  gates[0]?.resolve(null);
  await waitFor('the second look', () => looks === 2);
  gates[1]?.resolve(null);
  await loop.stop();
  loop.nudge();
  expect(looks).toBe(2);
});

test('it looks again when the time has come that the look named', async () => {
  let looks = 0;
  const loop = createNudgedLoop({
    look: async () => {
      looks += 1;
      return looks < 3 ? 1 : null;
    },
    retryMs: 1,
    onAway: () => {},
  });
  loop.nudge();
  await waitFor('three looks', () => looks === 3);
  await loop.stop();
});

test('failures in a row are told once, and so is their end', async () => {
  const told: string[] = [];
  let looks = 0;
  const loop = createNudgedLoop({
    look: async () => {
      looks += 1;
      if (looks < 4) throw new Error(`fault ${looks}`);
      return null;
    },
    retryMs: 1,
    onAway: (error) => void told.push(String(error)),
    onBack: () => void told.push('back'),
  });
  loop.nudge();
  await waitFor('the fourth look', () => looks === 4 && told.length === 2);
  expect(told).toEqual(['Error: fault 1', 'back']);
  await loop.stop();
});
