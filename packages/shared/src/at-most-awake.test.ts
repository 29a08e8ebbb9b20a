import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atMost, late } from './at-most.ts';
import { atMostAwake } from './at-most-awake.ts';

/** Lets the time of a limit pass without a turn for this process, as one that was stopped or did not come to run. */
function sleepThrough(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('an answer that came while this process had no time counts, though its timer is heard first', async () => {
  const plain = atMost(stat('.'), 20);
  const awake = atMostAwake(stat('.'), 20);
  sleepThrough(100);
  expect(await plain).toBe(late);
  expect(await awake).toHaveProperty('size');
});

test('what does not come is late all the same', async () => {
  const began = performance.now();
  expect(await atMostAwake(sleep(60_000, null, { ref: false }), 20)).toBe(late);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a failure in time is a failure', async () => {
  await expect(atMostAwake(Promise.reject(new Error('refused')), 20)).rejects.toThrow('refused');
});
