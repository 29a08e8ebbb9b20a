import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { Spool } from './spool.ts';
import { createWaiting } from './waiting.ts';

test('A5: who waits for a spool that is being emptied does not wait in vain, unless that takes for ever', async ({
  onTestFinished,
}) => {
  const temp = makeTempDir();
  onTestFinished(() => temp.remove());
  const spool = new Spool({ dir: temp.dir, log: createTestLog().log });
  await spool.append(
    ['a', 'b', 'c'].map((id) => fullEvent({ id, service: id })),
    0,
  );
  let now = 0;
  const waiting = createWaiting(temp.dir, () => now);
  const inVainAt = (at: number) => {
    now = at;
    const keys = [...waiting.keys()];
    return [keys.length, waiting.isInVain(at)];
  };
  expect([inVainAt(0), inVainAt(29 * SECOND)]).toEqual([
    [3, false],
    [3, false],
  ]);
  await spool.done('a');
  expect([inVainAt(40 * SECOND), inVainAt(69 * SECOND)]).toEqual([
    [2, false],
    [2, false],
  ]);
  // The one that reads along and the one that owns it see the same.
  waiting.own(spool);
  expect(inVainAt(70 * SECOND)).toEqual([2, true]);
  await spool.done('b');
  expect([inVainAt(80 * SECOND), inVainAt(5 * MINUTE)]).toEqual([
    [1, false],
    [1, true],
  ]);
  await spool.close();
});
