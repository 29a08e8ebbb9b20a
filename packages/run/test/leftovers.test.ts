import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readProcess } from '../src/proc.ts';
import { keptState } from '../src/state-file.ts';
import { freePort, isAlive, notesIn, pidAt, signalOne, untilGone } from './support/machine.ts';
import { app, killQuietly } from './support/start-parent.ts';
import { testParents } from './support/test-parents.ts';
import { waitFor } from './support/wait-for.ts';

const { dir, start } = testParents();

const childrenIn = (notes: string): number[] =>
  notesIn(notes).flatMap((line) => (line.startsWith('child') ? [Number(line.split(' ')[1])] : []));

const readyIn = (notes: string, times = 1) =>
  waitFor(`${times} start(s)`, () => notesIn(notes).filter((line) => line.startsWith('ready')).length >= times);

test('what a killed app leaves is ended before the next start: a child in its group, and one in a session of its own', async () => {
  const notes = path.join(dir, 'killed');
  const parent = start(['--kill-timeout', '400ms'], [...app, 'child', 'daemon'], { env: { NOTES: notes } });
  await readyIn(notes);
  const children = childrenIn(notes);
  const { pid } = await parent.status();
  signalOne(pid, 'SIGKILL');
  await readyIn(notes, 2);
  // Both ignore SIGTERM, so the new process began after their SIGKILL.
  expect(children.map(isAlive)).toEqual([false, false]);
  expect(childrenIn(notes).slice(2).map(isAlive)).toEqual([true, true]);
});

test('a port that a forked server keeps is free again for the next process', async () => {
  const port = await freePort();
  // The first process ends at once; what it forked would answer for ever.
  const script = `"${process.execPath}" "${app[1]}" & while :; do sleep 0.1; done`;
  const parent = start(['--kill-timeout', '2s'], ['sh', '-c', script], { env: { APP_PORT: String(port) } });
  const first = await waitFor('the forked server', () => pidAt(port));
  const { pid } = await parent.status();
  expect(first).not.toBe(pid);
  signalOne(pid, 'SIGKILL');
  const second = await waitFor('a new forked server', async () => {
    const now = await pidAt(port);
    return now !== first && now;
  });
  expect(isAlive(first)).toBe(false);
  expect(isAlive(second)).toBe(true);
});

test('an app whose parent was killed is ended before a new parent starts its own', async () => {
  const notes = path.join(dir, 'orphans');
  const first = start([], [...app, 'daemon'], { env: { NOTES: notes } });
  await readyIn(notes);
  const { pid } = await first.status();
  first.child.kill('SIGKILL');
  await first.ended;
  expect(isAlive(pid ?? 0)).toBe(true);
  const second = start(['--kill-timeout', '300ms'], app, { socket: first.socket });
  const status = await second.until('online');
  expect(status.pid).not.toBe(pid);
  expect([pid ?? 0, ...childrenIn(notes)].map(isAlive)).toEqual([false, false]);
  await second.says(`ending what a parent before this one left: `);
});

test('a stranger that has the number of the old app is left alone', async () => {
  const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  try {
    const first = start([], app);
    await first.until('online');
    const { pid } = await first.status();
    first.child.kill('SIGKILL');
    await first.ended;
    killQuietly(pid);
    await untilGone(pid ?? 0);
    const file = `${first.socket}.state`;
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    const ticks = readProcess(stranger.pid ?? 0)?.startTicks ?? 0;
    writeFileSync(file, JSON.stringify({ ...kept, app: { pid: stranger.pid, startTicks: ticks - 1 } }));
    const second = start([], app, { socket: first.socket });
    await second.until('online');
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    expect(second.error()).not.toContain('ending what');
  } finally {
    stranger.kill('SIGKILL');
  }
});

test('what is kept for a next parent names this boot, and goes with an orderly end', async () => {
  const parent = start([], app);
  const { pid, startTicks } = await parent.until('online');
  expect(keptState(parent.socket)).toMatchObject({ app: { pid, startTicks }, parent: { pid: parent.pid } });
  const file = `${parent.socket}.state`;
  const kept = JSON.parse(readFileSync(file, 'utf8'));
  const copy = path.join(dir, 'copy');
  for (const other of [
    { ...kept, bootId: 'x' },
    { ...kept, pidNamespace: 'pid:[1]' },
    { ...kept, app: { pid: 1, startTicks: 1 } },
    7,
  ]) {
    writeFileSync(`${copy}.state`, JSON.stringify(other));
    expect(keptState(copy)).toBeNull();
  }
  parent.child.kill('SIGTERM');
  expect(await parent.ended).toEqual({ code: 0, signal: null });
  expect([file, parent.socket].map(existsSync)).toEqual([false, false]);
});

test('a parent that carries the mark of the app itself does not end itself', async () => {
  const first = start([], app);
  await first.until('online');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = start([], app, { socket: first.socket, env: { YOBAN_RUN_SOCKET: first.socket } });
  expect(await second.until('online')).toMatchObject({ restarts: 0 });
});

test('as process 1, which cannot reap: it says so once, and what has ended counts as gone', async () => {
  const notes = path.join(dir, 'first');
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const through = ['unshare', '--pid', '--fork', '--kill-child=SIGKILL', '--mount-proc', ...asRoot];
  const parent = start(['--kill-timeout', '300ms'], [...app, 'child', 'daemon'], { env: { NOTES: notes }, through });
  await readyIn(notes);
  expect((await parent.status()).parent.pid).toBe(1);
  expect(await parent.ask('restart')).toMatchObject({ ok: true, status: { restarts: 1 } });
  expect(await parent.ask('stop')).toMatchObject({ ok: true, status: { state: 'stopped' } });
  expect(parent.error().match(/docker run --init/g)).toHaveLength(1);
  // unshare passes no SIGTERM on, so the way out is the hard one.
  parent.child.kill('SIGKILL');
  await parent.ended;
});
