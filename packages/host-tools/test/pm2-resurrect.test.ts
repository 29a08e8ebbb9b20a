import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crashProcess, signalProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pm2DaemonPid } from '../src/pm2-home.ts';
import { commandLine, environmentOf, isRunning, processIds, procStat } from '../src/proc.ts';
import { createPm2 } from '../src/supervisors/pm2.ts';
import { createPrivatePm2 } from '../src/testing/private-pm2.ts';

const pm2 = createPrivatePm2();
const temp = makeTempDir();
const script = path.join(temp.dir, 'lives-on.sh');
const supervisor = createPm2({ name: 'demo', home: pm2.home });

beforeAll(async () => {
  // Not Node: it lives on when its pm2 is killed, where a Node app would end with its channel.
  writeFileSync(script, 'while :; do sleep 1; done\n');
  await pm2.startApp({ name: 'demo', script, interpreter: '/bin/sh' });
  await pm2.run('save', '--force', '--silent');
});
afterAll(async () => {
  await pm2.stop();
  for (const pid of copies()) crashProcess(pid);
  temp.remove();
});

function copies(): number[] {
  const running = processIds().filter((pid) => commandLine(pid)?.includes(script));
  const stats = running.flatMap((pid) => procStat(pid) ?? []);
  // A shell that begins its `sleep` is there twice until the child has become that.
  return stats.filter(({ parentPid }) => !running.includes(parentPid)).map(({ pid }) => pid);
}
const godPid = () => pm2DaemonPid(pm2.home);

test('C4: a killed pm2 comes back with its apps, one copy of each, though the old one lived on', async () => {
  const [app] = copies();
  const old = procStat(app ?? 0);
  expect(environmentOf(app ?? 0).get('PM2_HOME')).toBe(pm2.home);
  signalProcess(godPid(), 'SIGKILL');
  await waitFor('its end', () => pm2DaemonPid(pm2.home) === null);
  expect((await supervisor.daemon()).state).toBe('down');
  expect(old && isRunning(old)).toBe(true);
  await supervisor.resurrect();
  expect((await supervisor.daemon()).state).toBe('up');
  await waitFor('the app', () => supervisor.processNow());
  expect(copies()).toHaveLength(1);
  expect(old && isRunning(old)).toBe(false);
  await expect(supervisor.describe()).resolves.toMatchObject({ state: 'online' });
});

test('C4: a pm2 that hangs is seen without being woken, ended, and comes back with one copy of each app', async () => {
  const god = godPid();
  signalProcess(god, 'SIGSTOP');
  expect(await supervisor.daemon()).toMatchObject({ state: 'hung' });
  await supervisor.resurrect();
  expect(god && procStat(god)).toBeNull();
  expect((await supervisor.daemon()).state).toBe('up');
  await waitFor('the app', () => supervisor.processNow());
  expect(copies()).toHaveLength(1);
});

test('a pm2 that is up keeps its apps as they are', async () => {
  const before = supervisor.processNow();
  await supervisor.resurrect();
  expect(supervisor.processNow()).toEqual(before);
  expect(copies()).toHaveLength(1);
});

test('without a saved list nothing is ended, and what to do is said; an ecosystem file serves as one', async () => {
  const ecosystem = path.join(pm2.home, 'apps.config.cjs');
  rmSync(path.join(pm2.home, 'dump.pm2'), { force: true });
  rmSync(path.join(pm2.home, 'dump.pm2.bak'), { force: true });
  signalProcess(godPid(), 'SIGKILL');
  await waitFor('its end', () => pm2DaemonPid(pm2.home) === null);
  await expect(supervisor.resurrect()).rejects.toMatchObject({
    code: 'SUPERVISOR_FAILED',
    hint: expect.stringContaining('pm2 save'),
  });
  expect(copies()).toHaveLength(1);
  const declared = createPm2({ name: 'demo', home: pm2.home, ecosystem });
  await declared.resurrect();
  await waitFor('the app', () => declared.processNow());
  expect(copies()).toHaveLength(1);
  const before = declared.processNow();
  await declared.recreate();
  const after = await waitFor('another process', () => declared.processNow());
  expect(after.pid).not.toBe(before?.pid);
  expect(copies()).toHaveLength(1);
  expect(existsSync(path.join(pm2.home, 'dump.pm2'))).toBe(true);
});
