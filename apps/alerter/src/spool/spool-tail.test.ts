import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fullEvent } from '../../test/support/alerter-bench.ts';
import { segmentOf } from './read-spool.ts';
import { Spool } from './spool.ts';
import { spoolLine } from './spool-line.ts';
import { SpoolTail } from './spool-tail.ts';

let temp: ReturnType<typeof makeTempDir>;
beforeEach(() => {
  temp = makeTempDir();
});
afterEach(() => temp.remove());
const { log } = createTestLog();
const event = (id: string) => fullEvent({ id });

test('A5: who reads along knows at each look what waits, through new files and removed ones', async () => {
  const tail = new SpoolTail(temp.dir);
  const ids = () => [...tail.look().keys()];
  expect(ids()).toEqual([]);
  const spool = new Spool({ dir: temp.dir, log, segmentMaxBytes: 500 });
  await spool.append([event('a')], 1);
  expect(ids()).toEqual(['a']);
  for (const id of ['b', 'c', 'd']) await spool.append([event(id)], 2);
  await spool.note({ eventId: 'c', channel: 'slack', nid: 'n', epoch: 1, state: 'sent', at: 3 });
  await spool.done('a');
  expect(ids()).toEqual(['b', 'c', 'd']);
  expect(tail.look().get('c')?.told.get('slack')?.state).toBe('sent');
  for (const id of ['b', 'c']) await spool.done(id);
  expect(ids()).toEqual(['d']);
  await spool.done('d');
  expect(ids()).toEqual([]);
  await spool.close();
  // The next owner begins with the first number again.
  const next = new Spool({ dir: temp.dir, log });
  await next.append([event('e')], 4);
  expect(ids()).toEqual(['e']);
  await next.close();
});

test('a line that is half written is read when it is whole', () => {
  const file = path.join(temp.dir, segmentOf(1));
  const line = spoolLine({ is: 'event', receivedAt: 1, event: event('a') });
  const tail = new SpoolTail(temp.dir);
  writeFileSync(file, line.slice(0, 40));
  expect(tail.look().size).toBe(0);
  appendFileSync(file, line.slice(40));
  expect(tail.look().size).toBe(1);
});
