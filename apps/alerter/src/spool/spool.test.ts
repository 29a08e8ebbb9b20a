import { appendFileSync, chmodSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSpool } from './read-spool.ts';
import { Spool, type SpoolOptions } from './spool.ts';

const event = (id: string, cause = 'x'): AlertEvent => ({
  id,
  kind: 'raise',
  level: 'critical',
  service: 'a',
  alertType: 'process_down',
  at: '2026-03-11T06:30:00.000Z',
  params: { cause },
  lastError: null,
  incidentId: null,
});
const telling = (eventId: string, state: 'trying' | 'sent') => ({
  ...{ eventId, channel: 'slack', nid: `direct:${eventId}:slack`, epoch: 5, state, at: 6 },
});

let temp: ReturnType<typeof makeTempDir>;
let dir: string;
let opened: Spool[];
const { log, lines } = createTestLog();
const open = (options: Partial<SpoolOptions> = {}) => {
  const spool = new Spool({ dir, log, ...options });
  opened.push(spool);
  return spool;
};
const ids = (spool: Spool) => spool.pending().map((one) => one.event.id);
const files = () => readdirSync(dir).filter((name) => name.startsWith('events-'));
const fileOf = (at: number) => path.join(dir, files()[at] ?? '');

beforeEach(() => {
  temp = makeTempDir();
  dir = path.join(temp.dir, 'spool', 'alerter');
  opened = [];
  lines.length = 0;
});
afterEach(async () => {
  for (const spool of opened) await spool.close();
  temp.remove();
});

test('A5: what was answered for is there after a kill, in order, with what was told of it', async () => {
  const spool = open();
  await spool.append([event('a'), event('b')], 1);
  await spool.append([event('c')], 2);
  await spool.note(telling('b', 'trying'));
  await spool.note(telling('b', 'sent'));
  await spool.done('a');
  const again = open();
  expect(ids(again)).toEqual(['b', 'c']);
  expect(again.pending()[0]?.told.get('slack')).toMatchObject({ state: 'sent', epoch: 5 });
  expect(again.pending()[1]?.receivedAt).toBe(2);
});

test('one event is written once, however often it comes and however close', async () => {
  const spool = open();
  await Promise.all([spool.append([event('a'), event('a')], 1), spool.append([event('a'), event('b')], 2)]);
  await spool.append([event('a')], 3);
  expect(ids(spool)).toEqual(['a', 'b']);
  expect(readFileSync(fileOf(0), 'utf8').match(/"id":"a"/g)).toHaveLength(1);
});

test('A5: a torn end is passed over, wherever it was torn, and what follows is whole', async () => {
  const spool = open();
  await spool.append([event('a'), event('b')], 1);
  await spool.close();
  const whole = readFileSync(fileOf(0));
  const first = whole.indexOf('\n') + 1;
  for (let cut = whole.length - 2; cut >= first; cut -= 7) {
    writeFileSync(fileOf(0), whole);
    truncateSync(fileOf(0), cut);
    expect([...readSpool(dir).entries.keys()]).toEqual(['a']);
  }
  const again = open();
  await again.append([event('c')], 2);
  expect(ids(open())).toEqual(['a', 'c']);
  expect(lines).toEqual([]);
});

test('damage inside a file costs the line it hit, is said, and the file is kept', async () => {
  const spool = open();
  await spool.append([event('a'), event('b', 'hit'), event('c')], 1);
  await spool.close();
  writeFileSync(fileOf(0), readFileSync(fileOf(0), 'utf8').replace('hit', 'hat'));
  expect(ids(open())).toEqual(['a', 'c']);
  expect(lines).toMatchObject([{ event: 'spool.damaged', lines: [2] }]);
  expect(readFileSync(path.join(dir, `damaged-${files()[0]}`), 'utf8')).toContain('hat');
});

test('files go when nobody needs them: the oldest first, all of them when nothing waits', async () => {
  const spool = open({ segmentMaxBytes: 400 });
  for (const id of ['a', 'b', 'c', 'd', 'e']) await spool.append([event(id)], 1);
  const all = files().length;
  expect(all).toBeGreaterThan(1);
  await spool.done('e');
  expect(files().length).toBeGreaterThanOrEqual(all);
  await spool.done('a');
  await spool.done('b');
  await spool.done('c');
  expect(files().length).toBeLessThan(all);
  expect(ids(open())).toEqual(['d']);
  await spool.done('d');
  expect(files()).toEqual([]);
  await spool.append([event('f')], 2);
  expect(ids(open())).toEqual(['f']);
});

test('A5: a spool that is full refuses in plain words, keeps what it has, and takes again when it is emptied', async () => {
  const spool = open({ maxBytes: 1_000 });
  let taken = 0;
  const fill = async () => {
    for (; ; taken += 1) await spool.append([event(`e${taken}`)], Date.parse('2026-03-11T06:30:00.000Z'));
  };
  await expect(fill()).rejects.toMatchObject({ code: 'SPOOL_FULL', retryable: true });
  await expect(spool.append([event('more')], 2)).rejects.toThrow('waits since 2026-03-11T06:30:00.000Z');
  expect(ids(open())).toHaveLength(taken);
  // What is known is no new event, and what is told of one must always fit.
  await spool.append([event('e0')], 3);
  await spool.note(telling('e0', 'sent'));
  for (let at = 0; at < taken; at += 1) await spool.done(`e${at}`);
  await spool.append([event('more')], 4);
  expect(ids(open())).toEqual(['more']);
});

test('a write that fails is told, and the next one goes to a new file', async () => {
  const spool = open({ segmentMaxBytes: 1 });
  await spool.append([event('a')], 1);
  rmSync(dir, { recursive: true });
  await expect(spool.append([event('b')], 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  const fresh = open();
  await spool.append([event('b')], 1);
  expect(ids(open())).toEqual(['b']);
  expect(ids(fresh)).toEqual([]);
});

test('a file of something else is left alone', () => {
  open();
  appendFileSync(path.join(dir, 'notes.txt'), 'mine');
  chmodSync(path.join(dir, 'notes.txt'), 0o400);
  expect(ids(open())).toEqual([]);
  expect(readdirSync(dir)).toContain('notes.txt');
});
