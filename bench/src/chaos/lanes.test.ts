import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTurns, inLanes } from './lanes.ts';

test('so many jobs at a time, and their results in their order', async () => {
  let [now, most] = [0, 0];
  const results = await inLanes([30, 1, 20, 1, 10], 2, async (ms) => {
    most = Math.max(most, ++now);
    await sleep(ms);
    now -= 1;
    return ms * 2;
  });
  expect(results).toEqual([60, 2, 40, 2, 20]);
  expect(most).toBe(2);
});

test('a turn comes when the one before is over, also when that failed', async () => {
  const turns = createTurns(1);
  const seen: string[] = [];
  const failed = turns(async () => {
    await sleep(5);
    seen.push('first');
    throw new Error('no');
  });
  const second = turns(async () => void seen.push('second'));
  await expect(failed).rejects.toThrow('no');
  await second;
  expect(seen).toEqual(['first', 'second']);
});
