import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { readOvertaken } from '../spool/overtaken.ts';
import { Spool } from '../spool/spool.ts';
import { createWaiting } from '../spool/waiting.ts';
import { overtake } from './overtake.ts';

let temp: ReturnType<typeof makeTempDir>;
beforeEach(() => {
  temp = makeTempDir();
});
afterEach(() => {
  vi.useRealTimers();
  temp.remove();
});
const { log } = createTestLog();
const now = 1_000_000;
const trying = { channel: 'slack', nid: 'n', epoch: 1, state: 'trying' as const };

test('A5: who goes past the spool marks that first, and waits for a try of the same alert that is under way', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now });
  const spool = new Spool({ dir: temp.dir, log });
  await spool.append([fullEvent({ id: 'raise' }), fullEvent({ id: 'other', service: 'b' })], now - 60_000);
  await spool.note({ ...trying, eventId: 'raise', at: now - 9_000 });
  await spool.note({ ...trying, eventId: 'other', at: now });
  const waiting = createWaiting(temp.dir);
  let told: unknown;
  const looks = vi.fn(() => waiting.entries());
  const going = overtake(temp.dir, fullEvent({ id: 'clear', kind: 'clear' }), looks).then((list) => {
    told = list;
  });
  expect([...readOvertaken(temp.dir)]).toEqual([['ailife/process_down', now]]);
  await waitFor('a second look', () => looks.mock.calls.length > 1, 30_000);
  expect(told).toBeUndefined();
  vi.setSystemTime(now + 1_000);
  await going;
  expect(told).toEqual([]);
  // Of the same event, from before: its own tellings go with its decision.
  const raise = fullEvent({ id: 'raise' });
  expect(await overtake(temp.dir, raise, waiting.entries)).toMatchObject([{ eventId: 'raise', state: 'trying' }]);
  await spool.close();
});

test('A5: a spool in which nothing waits any more forgets what was overtaken; a torn mark hides no other', async () => {
  const spool = new Spool({ dir: temp.dir, log });
  const raise = fullEvent({ id: 'raise' });
  await spool.append([raise, fullEvent({ id: 'other' })], now);
  await overtake(temp.dir, raise, () => []);
  await spool.done('raise');
  expect(readOvertaken(temp.dir).size).toBe(1);
  await spool.done('other');
  expect(readOvertaken(temp.dir).size).toBe(0);
  await spool.close();
});
