import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ActionConfig } from '@yoban/shared/policy/action-config';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, describe, expect, test } from 'vitest';
import { runAction } from '../src/actions/run-action.ts';
import { readProc } from '../src/proc.ts';
import { whileFrozen } from '../src/rotation/freeze.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createPm2 } from '../src/supervisors/pm2.ts';
import type { Supervisor } from '../src/supervisors/supervisor.ts';
import { createPrivatePm2 } from '../src/testing/private-pm2.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { actionAround } from './support/action-around.ts';
import { allLines, expectEveryLine, startWriter, writeTalker } from './support/numbered-writer.ts';
import { slowSyncOnce } from './support/slow-disk.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
let count = 0;
const newLog = (): string => {
  count += 1;
  const folder = path.join(temp.dir, `logs-${count}`);
  mkdirSync(folder);
  return path.join(folder, 'app.log');
};
const never = new AbortController().signal;
const rotate = (paths: string[], more: object = {}, supervisor?: Supervisor) =>
  runAction(
    'rotate',
    ActionConfig.parse({ kind: 'rotate_logs', paths, ...more }),
    actionAround({ baseDir: temp.dir, ...(supervisor && { supervisor }) }),
    never,
  );
const stateOf = (pid: number) => /^State:\s+(\S)/m.exec(readProc(`${pid}/status`) ?? '')?.[1];
/** Null while the app has made the file and not yet written it. */
const totalIn = (file: string) => (existsSync(file) && Number(readFileSync(file, 'utf8'))) || null;
const grown = (log: string, bytes: number) =>
  waitFor('the log to grow', () => existsSync(log) && statSync(log).size > bytes);

describe('C2: no line is lost while a log is written', () => {
  test('by two that hold it open to append: it is cut while they stand still for a moment', async () => {
    const log = newLog();
    const writers = { a: startWriter('a', log, 'held'), b: startWriter('b', log, 'held') };
    const pauses: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      await grown(log, 400_000);
      const done = await rotate([log]);
      expect(done).toMatchObject({ ok: true });
      pauses.push(Number(/for ([\d.]+) ms/.exec(done.detail)?.[1]));
    }
    const written = { a: await writers.a.stop(), b: await writers.b.stop() };
    expectEveryLine(log, written);
    expect(readdirSync(path.dirname(log))).toHaveLength(7);
    expect(Math.max(...pauses)).toBeLessThan(2_000);
    process.stdout.write(`writers stood still for ${pauses.join(', ')} ms\n`);
  });

  test('by one that goes on in the midst of it, since the disk takes longer than it may stand still', async () => {
    const log = newLog();
    const writer = startWriter('a', log, 'held');
    await grown(log, 0);
    const disk = slowSyncOnce(() => stateOf(writer.pid) === 'T');
    try {
      expect(await rotate([log])).toMatchObject({ ok: true });
    } finally {
      disk.end();
    }
    expect(disk.happened()).toBe(true);
    expectEveryLine(log, { a: await writer.stop() });
  });

  test('by one that opens it for each line: it is renamed', async () => {
    const log = newLog();
    const writer = startWriter('a', log, 'each');
    for (let times = 0; times < 5; times += 1) {
      await grown(log, 50_000);
      expect((await rotate([log])).ok).toBe(true);
    }
    expectEveryLine(log, { a: await writer.stop() });
  });

  test('by pm2, whose reloadLogs would drop lines: its daemon stands still for a moment', async () => {
    const [log, script] = [newLog(), path.join(temp.dir, 'talker.cjs')];
    writeTalker(script);
    const pm2 = createPrivatePm2();
    try {
      const app = { name: 'talker', script, out_file: log, error_file: `${log}.error` };
      await pm2.startApp({ ...app, kill_timeout: 8_000, autorestart: false });
      const supervisor = createPm2({ name: 'talker', home: pm2.home });
      for (let times = 0; times < 4; times += 1) {
        await grown(log, 200_000);
        const done = await rotate([log], {}, supervisor);
        expect(done.detail).toContain('app.log cut');
      }
      // Of an app that it stops pm2 drops the last lines by itself.
      signalProcess(supervisor.processNow()?.pid, 'SIGUSR2');
      const wanted = await waitFor('its number', () => totalIn(`${script}.total`));
      await waitFor('the last line', () => allLines(log).length >= wanted);
      expectEveryLine(log, { a: wanted });
    } finally {
      await pm2.stop();
    }
  });

  test('by yoban run, whose parent looks by itself whether its log still has its name', async () => {
    const folder = path.dirname(newLog());
    const script = path.join(folder, 'talker.cjs');
    writeTalker(script);
    const run = createPrivateRun(script);
    try {
      const { logs } = await run.start('--log-dir', folder, '--log-limit', '1G');
      const log = logs.out ?? '';
      const supervisor = createCommand(run.socket, usualTimes);
      for (let times = 0; times < 2; times += 1) {
        await grown(log, 100_000);
        const done = await rotate([log], {}, supervisor);
        expect(done.detail).toContain('reopened');
      }
      // A Node app that exits drops what its full pipe had not taken yet.
      process.kill(run.appPid(), 'SIGUSR2');
      const wanted = await waitFor('its number', () => totalIn(`${script}.total`));
      await waitFor('the last line', () => allLines(log).length >= wanted);
      expectEveryLine(log, { a: wanted });
    } finally {
      await run.stop();
    }
  });
});

test('C2, V4: a log that has filled its disk is packed as it is copied, since there is no room for it otherwise', () => {
  const folder = path.dirname(newLog());
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const inside = 'mount -t tmpfs -o size=8m small "$1" && shift && exec "$@"';
  const worker = path.join(import.meta.dirname, 'support', 'rotate-on-full-disk.ts');
  const command = [folder, process.execPath, '--conditions=yoban-src', worker, folder];
  const said = execFileSync('unshare', [...asRoot, '--mount', 'sh', '-euc', inside, 'sh', ...command], {
    encoding: 'utf8',
  });
  expect(JSON.parse(said)).toEqual({
    ...{ how: 'cut', whole: true, left: 0, names: ['app.log', 'app.log.stamp.gz'] },
  });
});

test('a log that is written at a place of its own is left as it is, and said', async () => {
  const log = newLog();
  const writer = startWriter('a', log, 'placed');
  await grown(log, 10_000);
  const done = await rotate([log]);
  expect(done).toMatchObject({ ok: false });
  expect(done.detail).toContain(`pid ${writer.pid}`);
  expect(done.detail).toContain('does not append');
  expectEveryLine(log, { a: await writer.stop() });
  expect(readdirSync(path.dirname(log))).toEqual(['app.log']);
});

test('V4: below its size a log stays; seven old ones are kept, packed but for the newest', async () => {
  const log = newLog();
  writeFileSync(log, 'short\n');
  expect((await rotate([log], { minSize: '1KB' })).detail).toBe('no log has reached its size');
  for (let day = 1; day <= 9; day += 1) {
    writeFileSync(log, `day ${day}\n`);
    expect((await rotate([log])).ok).toBe(true);
  }
  const names = readdirSync(path.dirname(log)).sort();
  expect(names).toHaveLength(7);
  expect(names.filter((name) => name.endsWith('.gz'))).toHaveLength(6);
  expect(allLines(log)).toEqual([3, 4, 5, 6, 7, 8, 9].map((day) => `day ${day}`));
});

test('stars mean the names of one folder; what was rotated, links and folders are no logs', async () => {
  const folder = path.dirname(newLog());
  const at = (name: string) => path.join(folder, name);
  for (const name of ['bot-1.log', 'bot-2.log', 'bot-1.log.20260101_000000', 'other.txt'])
    writeFileSync(at(name), `${name}\n`);
  symlinkSync(at('other.txt'), at('bot-3.log'));
  mkdirSync(at('bot-4.log'));
  const done = await rotate([`${path.basename(folder)}/bot-*`]);
  expect(done.detail).toMatch(/^bot-1\.log renamed .*; bot-2\.log renamed/);
  expect(readFileSync(at('other.txt'), 'utf8')).toBe('other.txt\n');
  expect((await rotate(['nowhere/*.log'])).ok).toBe(true);
});

describe('whoever is stopped for a moment goes on', () => {
  test('when we are killed in the midst of it', async () => {
    const log = newLog();
    const writer = startWriter('a', log, 'held');
    await grown(log, 0);
    const freeze = fileURLToPath(new URL('../src/rotation/freeze.ts', import.meta.url));
    const script = `const { whileFrozen } = await import(${JSON.stringify(freeze)});
      await whileFrozen([${writer.pid}], () => process.kill(process.pid, 'SIGKILL'));`;
    const killed = spawn(process.execPath, ['--conditions=yoban-src', '--input-type=module', '-e', script]);
    await once(killed, 'exit');
    expect(killed.signalCode).toBe('SIGKILL');
    await waitFor('it to run', () => /[RSD]/.test(stateOf(writer.pid) ?? ''));
    expect(await writer.stop()).toBeGreaterThan(0);
  });

  test('but not what had been stopped before us', async () => {
    const writer = startWriter('a', newLog(), 'held');
    process.kill(writer.pid, 'SIGSTOP');
    await waitFor('it to stand', () => stateOf(writer.pid) === 'T');
    const { value } = await whileFrozen([writer.pid], () => stateOf(writer.pid));
    expect([value, stateOf(writer.pid)]).toEqual(['T', 'T']);
    process.kill(writer.pid, 'SIGCONT');
    await writer.stop();
  });
});
