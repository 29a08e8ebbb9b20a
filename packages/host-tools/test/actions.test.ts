import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ActionConfig } from '@yoban/shared/policy/action-config';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { createTestLog } from '@yoban/shared/testing/test-log';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, describe, expect, test } from 'vitest';
import { peersOf } from '../src/actions/peers-of.ts';
import { runAction } from '../src/actions/run-action.ts';
import { procStat } from '../src/proc.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { writeRunApp } from './run-app.ts';
import { actionAround } from './support/action-around.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

const never = new AbortController().signal;
const act = (config: unknown, more: Parameters<typeof actionAround>[0] = {}, signal = never) =>
  runAction('it', ActionConfig.parse(config), actionAround(more), signal);
const node = (script: string) => [process.execPath, '-e', script];

describe('exec', () => {
  test('V3: runs argv as it stands, without a shell, and says what it printed', async () => {
    const done = await act({ kind: 'exec', argv: [...node('console.log(process.argv[1])'), '$HOME; rm -rf /'] });
    expect(done).toMatchObject({ ok: true, exitCode: 0, timedOut: false, output: '$HOME; rm -rf /\n' });
  });

  test('a program sees only the declared part of our environment, and its secrets stay out of what is kept', async () => {
    const env = { PATH: process.env.PATH, A_TOKEN: 'swordfish', OTHER: 'hidden' };
    const show = 'console.log(Object.keys(process.env).sort().join(), process.env.A_TOKEN)';
    const done = await act({ kind: 'exec', argv: node(show), env: ['A_TOKEN'] }, { env });
    expect(done.output).toContain('A_TOKEN');
    expect(done.output).not.toMatch(/OTHER|swordfish/);
  });

  test('what does not end is ended with its group: SIGTERM, and SIGKILL for what ignores it', async () => {
    const pids = path.join(temp.dir, 'pids');
    const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1e3)`;
    const script = `process.on('SIGTERM', () => { console.log('asked to end'); process.exit(0); });
      const {spawn} = require('child_process');
      const c = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], {stdio: 'ignore'});
      require('fs').writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + c.pid);
      setInterval(() => {}, 1e3)`;
    const done = await act({ kind: 'exec', argv: node(script), timeout: '4s' });
    expect(done).toMatchObject({ ok: false, timedOut: true, exitCode: null, output: 'asked to end\n' });
    const both = readFileSync(pids, 'utf8').split(' ').map(Number);
    await waitFor('the end of both', () => both.every((pid) => procStat(pid) === null));
  });

  test('is broken off by the signal, and says so', async () => {
    const stop = new AbortController();
    const running = act({ kind: 'exec', argv: node('setInterval(() => {}, 1e3)') }, {}, stop.signal);
    stop.abort();
    await expect(running).resolves.toMatchObject({ ok: false, timedOut: false });
  });

  test('keeps the newest 64 KB of a flood', async () => {
    const flood = "for (let i = 0; i < 30000; i++) console.log('line ' + i)";
    const { output } = await act({ kind: 'exec', argv: node(flood) });
    expect(output.length).toBeLessThanOrEqual(64 * 1024);
    expect(output).toContain('line 29999');
  });

  test.each([
    [{ argv: ['no-such-program-here'] }, 'no-such-program-here is not in PATH'],
    [{ argv: ['./nothing'] }, './nothing is no program that we may run'],
    [{ argv: node("console.error('no luck'); process.exit(3)") }, 'ended with 3: no luck'],
  ])('a program that cannot do it: %o', async (config, detail) => {
    const done = await act({ kind: 'exec', ...config });
    expect(done.ok).toBe(false);
    expect(done.detail).toContain(detail);
  });

  test('relative paths count from the configuration', async () => {
    writeFileSync(path.join(temp.dir, 'do.sh'), '#!/bin/sh\npwd\n', { mode: 0o755 });
    const done = await act({ kind: 'exec', argv: ['./do.sh'] }, { baseDir: temp.dir });
    expect(done.output.trim()).toBe(temp.dir);
  });
});

test('wait waits, and not after it was broken off', async () => {
  await expect(act({ kind: 'wait', for: '20ms' })).resolves.toMatchObject({ ok: true });
  await expect(act({ kind: 'wait', for: '1h' }, {}, AbortSignal.timeout(20))).resolves.toMatchObject({ ok: false });
});

test('a probe is looked at now, and its answer is the outcome', async () => {
  const look = async (probe: string) => ({ passes: probe === 'up', detail: 'seen' });
  await expect(act({ kind: 'probe', probe: 'up' }, { look })).resolves.toMatchObject({ ok: true, detail: 'up: seen' });
  await expect(act({ kind: 'probe', probe: 'down' }, { look })).resolves.toMatchObject({ ok: false });
});

test('R4: a restore at its limit is waited for, and told to try no further backup', async () => {
  let told = false;
  const restore = async (_: string, signal: AbortSignal) => {
    await waitFor('the limit', () => signal.aborted);
    told = true;
    return { ...{ ok: true, timedOut: false, exitCode: null, durationMs: 1 }, detail: 'restored', output: '' };
  };
  const done = await act({ kind: 'restore_sqlite', database: 'game', timeout: '50ms' }, { restore });
  expect([told, done.ok, done.timedOut]).toEqual([true, true, false]);
});

describe('supervisor', () => {
  const run = createPrivateRun(writeRunApp(temp.dir, 'acted').script);
  const supervisor = createCommand(run.socket, usualTimes);
  afterAll(() => run.stop());

  test('every operation on a real yoban run, each verified by what runs after it', async () => {
    const { pid } = await run.start();
    let last = pid;
    for (const op of ['restart', 'reload', 'recreate']) {
      await expect(act({ kind: 'supervisor', op }, { supervisor })).resolves.toMatchObject({ ok: true });
      const now = (await run.status()).pid;
      expect(now, op).not.toBe(last);
      last = now;
    }
    await act({ kind: 'supervisor', op: 'reset_failed' }, { supervisor });
    await act({ kind: 'supervisor', op: 'start' }, { supervisor });
    expect((await run.status()).pid).toBe(last);
    await act({ kind: 'supervisor', op: 'stop' }, { supervisor });
    expect((await run.status()).state).toBe('stopped');
    await act({ kind: 'supervisor', op: 'resurrect', delayBefore: '10ms' }, { supervisor });
    expect((await run.status()).state).toBe('online');
  });

  test('another service, all of them, or one that nobody declared', async () => {
    const done: string[] = [];
    const named = (name: string) => ({ ...supervisor, restart: async () => void done.push(name) });
    const more = { supervisor: named('shop'), supervisorOf: (name: string) => (name === 'db' ? named('db') : null) };
    await act({ kind: 'supervisor', op: 'restart', target: 'db' }, more);
    await act({ kind: 'supervisor', op: 'restart', target: 'all' }, { ...more, peers: ['shop', 'db'] });
    expect(done).toEqual(['db', 'shop', 'db']);
    const nobody = await act({ kind: 'supervisor', op: 'restart', target: 'nobody' }, more);
    expect(nobody).toMatchObject({ ok: false, detail: 'no service nobody is declared' });
  });

  test('a supervisor that hangs is not waited for past the limit', async () => {
    const hanging = { ...supervisor, restart: () => new Promise<void>(() => undefined) };
    const done = await act({ kind: 'supervisor', op: 'restart', timeout: '50ms' }, { supervisor: hanging });
    expect(done).toMatchObject({ ok: false, timedOut: true });
  });

  test('one that cannot do it says why', async () => {
    expect((await act({ kind: 'supervisor', op: 'restart' })).detail).toContain('has no supervisor');
  });
});

test('an action tells the log when it begins and how it ended', async () => {
  const { log, lines } = createTestLog();
  await act({ kind: 'wait', for: '1ms' }, { log });
  expect(lines.map(({ event, action, ok }) => [event, action, ok])).toEqual([
    ['action.started', 'it', undefined],
    ['action.ended', 'it', true],
  ]);
});

test('the services of the same supervisor are peers, whoever is asked first', () => {
  const pm2 = (name: string, home?: string) => ({ supervisor: { kind: 'pm2' as const, name, ...(home && { home }) } });
  const services = { a: pm2('a'), b: pm2('b', '/x'), c: pm2('c'), d: { supervisor: { kind: 'none' as const } } };
  expect(peersOf('c', services)).toEqual(['c', 'a']);
  expect(peersOf('b', services)).toEqual(['b']);
});
