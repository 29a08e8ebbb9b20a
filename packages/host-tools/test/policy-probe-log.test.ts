import { appendFileSync, copyFileSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createFakeClock } from '@yoban/shared/testing/fake-clock';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import type { ProbeAround, ProbeMemory } from '../src/policy-probes/policy-probe.ts';
import type { RunningProcess } from '../src/supervisors/supervisor.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

let made = 0;
function newLog(text = ''): string {
  made += 1;
  const folder = path.join(temp.dir, String(made));
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'app.log'), text);
  return path.join(folder, 'app.log');
}

const createMemory = (): ProbeMemory => {
  let text: string | null = null;
  return {
    load: () => text,
    save: (next) => {
      text = next;
    },
  };
};

/** A probe of one log on a clock of the test, which moves by an interval with each look. */
function watched(file: string, declared: object = {}, more: Partial<ProbeAround> = {}) {
  const clock = createFakeClock();
  const config = { type: 'log', path: file, match: ['SQLITE_CORRUPT'], every: '30s', ...declared };
  const probe = probeOf(config, { now: clock.now, memory: createMemory(), ...more });
  return {
    clock,
    look: () => {
      clock.advance(30_000);
      return lookOnce(probe);
    },
    lookNow: () => lookOnce(probe),
  };
}

policyProbeConformance('log', { timeoutMs: 2_000, hung: null, blind: true }, async () => {
  const file = newLog('a line\n');
  const memory = createMemory();
  const declared = { type: 'log', path: file, match: ['ERROR', 'FATAL'], every: '2s' };
  return {
    probe: () => probeOf(declared, { memory }),
    hurt: () => appendFileSync(file, 'FATAL no luck today\n'),
    reason: /^"FATAL" once since the last look$/,
    heal: () => undefined,
    blind: { probe: () => probeOf({ ...declared, path: `${file}.gone` }, { memory }), reason: /no such file/ },
    end: () => undefined,
  };
});

test('V4: what stood there before is none of ours, what comes counts once, and its history is told', async () => {
  const file = newLog('SQLITE_CORRUPT long ago\n');
  const { look } = watched(file);
  expect(await look()).toMatchObject({ passes: true, value: 0, unit: 'count', detail: 'nothing seen' });
  appendFileSync(file, 'fine\nSQLITE_CORRUPT: image is malformed\nSQLITE_CORRUPT again\n');
  expect(await look()).toMatchObject({
    passes: false,
    value: 2,
    detail: '"SQLITE_CORRUPT" 2 times since the last look',
  });
  expect(await look()).toMatchObject({ passes: true, detail: 'nothing seen (2 in 24 h)' });
});

test('V4: a look in between finds what the look before has read', async () => {
  const file = newLog();
  const { look, lookNow, clock } = watched(file);
  await look();
  appendFileSync(file, 'SQLITE_CORRUPT\n');
  expect(await look()).toMatchObject({ passes: false });
  clock.advance(5_000);
  const both = await Promise.all([lookNow(), lookNow()]);
  expect(both.map(({ passes, value }) => [passes, value])).toEqual([
    [false, 1],
    [false, 1],
  ]);
});

test('V4: a pattern over the edge of what is read at once, and a last line without its end', async () => {
  const file = newLog();
  const { look } = watched(file);
  await look();
  appendFileSync(file, `${'x'.repeat(64 * 1_024 - 7)} SQLITE_CORRUPT\n`);
  expect(await look()).toMatchObject({ passes: false, value: 1 });
  appendFileSync(file, 'SQLITE_COR');
  expect(await look()).toMatchObject({ passes: true });
  appendFileSync(file, 'RUPT and then it died');
  expect(await look()).toMatchObject({ passes: false, value: 1 });
  appendFileSync(file, ' for good\n');
  expect(await look()).toMatchObject({ passes: true, value: 0 });
});

test('V4: through a rotation by rename nothing is missed and nothing counts twice', async () => {
  const file = newLog('start\n');
  const { look } = watched(file);
  await look();
  appendFileSync(file, 'SQLITE_CORRUPT before\n');
  renameSync(file, `${file}.1`);
  appendFileSync(`${file}.1`, 'SQLITE_CORRUPT by one who has it open still\n');
  writeFileSync(file, 'SQLITE_CORRUPT after\n');
  expect(await look()).toMatchObject({ passes: false, value: 3 });
  expect(await look()).toMatchObject({ passes: true });
});

test('V4: through a rotation by copy and truncation as well, also when the log has grown longer than before', async () => {
  for (const more of ['', 'y'.repeat(500)]) {
    const file = newLog('start\n');
    const { look } = watched(file);
    await look();
    appendFileSync(file, 'SQLITE_CORRUPT before\n');
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
    appendFileSync(file, `${more}\nSQLITE_CORRUPT after\n`);
    expect(await look()).toMatchObject({ passes: false, value: 2 });
    expect(await look()).toMatchObject({ passes: true });
  }
});

test('V4: a log that is emptied is read from its beginning', async () => {
  const file = newLog('a long first line that is gone afterwards\n');
  const { look } = watched(file);
  await look();
  writeFileSync(file, 'SQLITE_CORRUPT\n');
  expect(await look()).toMatchObject({ passes: false, value: 1 });
});

test('V4: since the start: what was seen stands until another process runs', async () => {
  const file = newLog();
  const clock = createFakeClock();
  let running: RunningProcess | null = { pid: 1, startTicks: 1, startedAt: clock.now() };
  const { look, clock: own } = watched(file, { since: 'last_start' }, { process: () => running });
  expect(await look()).toMatchObject({ passes: true });
  appendFileSync(file, 'SQLITE_CORRUPT\n');
  expect(await look()).toMatchObject({ passes: false, detail: '"SQLITE_CORRUPT" once since its start' });
  running = null;
  expect(await look()).toMatchObject({ passes: false });
  running = { pid: 2, startTicks: 2, startedAt: own.now() + 10_000 };
  expect(await look()).toMatchObject({ passes: true });
});

test('V4: since the start: at the first look the lines of the process before are told by their times', async () => {
  const startedAt = createFakeClock().now();
  const before = new Date(startedAt - 60_000).toISOString();
  const after = new Date(startedAt + 500).toISOString();
  const process = () => ({ pid: 1, startTicks: 1, startedAt });
  const old = `no time: SQLITE_CORRUPT\n${before} SQLITE_CORRUPT\n    at its stack SQLITE_CORRUPT\n`;
  const [quiet, loud] = [newLog(old), newLog(`${old}${after} Error\n    at SQLITE_CORRUPT\n`)];
  const declared = { since: 'last_start' };
  expect(await watched(quiet, declared, { process }).look()).toMatchObject({ passes: true });
  expect(await watched(loud, declared, { process }).look()).toMatchObject({ passes: false, value: 1 });
});

test('V4: what was written while we were away is seen by the one who comes after us', async () => {
  const file = newLog();
  const memory = createMemory();
  await watched(file, {}, { memory }).look();
  appendFileSync(file, 'SQLITE_CORRUPT\n');
  expect(await watched(file, {}, { memory }).look()).toMatchObject({ passes: false, value: 1 });
});

test('log: several patterns in a log that got 4 MB since the last look', async () => {
  const file = newLog();
  const { look } = watched(file, { match: ['^FATAL', 'timed? ?out'], timeout: '20s' });
  await look();
  appendFileSync(file, 'an ordinary line of a busy service\n'.repeat(120_000));
  appendFileSync(file, 'FATAL error\nnot FATAL\nrequest timeout\n');
  expect(await look()).toMatchObject({ passes: false, value: 2 });
});
