import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crashProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRunning, procStat } from '../src/proc.ts';
import { createPm2 } from '../src/supervisors/pm2.ts';
import type { SupervisorEvent } from '../src/supervisors/supervisor.ts';
import { createPrivatePm2 } from '../src/testing/private-pm2.ts';

const pm2 = createPrivatePm2();
const temp = makeTempDir();
const script = path.join(temp.dir, 'app.mjs');
const crashFile = path.join(temp.dir, 'crash');

beforeAll(async () => {
  writeFileSync(
    script,
    `import { existsSync } from 'node:fs';
     if (existsSync(${JSON.stringify(crashFile)})) { console.error('no luck today'); process.exit(3); }
     setInterval(() => {}, 1000);`,
  );
  const options = {
    script,
    min_uptime: '60s',
    max_restarts: 4,
    exp_backoff_restart_delay: 20,
    max_memory_restart: '512M',
  };
  await pm2.startApp({ name: 'demo', merge_logs: true, error_file: path.join(temp.dir, 'err.log'), ...options });
});
afterAll(async () => {
  await pm2.stop();
  temp.remove();
});

test('a home without a daemon is refused, and no daemon is started by asking', async () => {
  const home = path.join(temp.dir, 'empty');
  await expect(createPm2({ name: 'demo', home }).describe()).rejects.toMatchObject({ code: 'SUPERVISOR_UNAVAILABLE' });
  expect(existsSync(path.join(home, 'pm2.pid'))).toBe(false);
});

test('an app that pm2 does not know is named', async () => {
  await expect(createPm2({ name: 'nobody', home: pm2.home }).stop()).rejects.toThrow('knows no app named nobody');
});

test('exits and starts are pushed, and the new process is the one that /proc shows', async () => {
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  const events: SupervisorEvent[] = [];
  const end = supervisor.watch((event) => events.push(event));
  const first = await waitFor('the process', () => supervisor.processNow());
  await expect(supervisor.describe()).resolves.toMatchObject({
    state: 'online',
    pid: first.pid,
    restartLimit: 4,
    minUptimeMs: 60_000,
    memoryLimitMb: 512,
  });
  process.kill(first.pid, 'SIGKILL');
  await waitFor('a new process', () => {
    const now = supervisor.processNow();
    return now && now.pid !== first.pid;
  });
  await waitFor('both events', () => events.length >= 2);
  expect(events.map((one) => one.event)).toEqual(['exit', 'online']);
  expect(events[1]?.restarts).toBe(1);
  end();
});

test('stop returns when the process is gone; start and restart give a new one', async () => {
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  const first = procStat((await supervisor.describe()).pid ?? 0);
  if (!first) throw new Error('the app does not run');
  await supervisor.restart();
  expect(isRunning(first)).toBe(false);
  const second = await waitFor('the second process', () => supervisor.processNow());
  await supervisor.stop();
  expect(isRunning(second)).toBe(false);
  expect(supervisor.processNow()).toBeNull();
  await supervisor.stop();
  await supervisor.start();
  await supervisor.start();
  const third = await waitFor('the third process', () => supervisor.processNow());
  expect(third.pid).not.toBe(second.pid);
});

test('C2: a reload gives a new process and keeps the count, a reset forgets it', async () => {
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  const before = await supervisor.describe();
  await supervisor.reload();
  const after = await supervisor.describe();
  expect(after).toMatchObject({ state: 'online', restarts: (before.restarts ?? 0) + 1 });
  expect(after.pid).not.toBe(before.pid);
  await supervisor.resetFailed();
  await expect(supervisor.describe()).resolves.toMatchObject({ restarts: 0, pid: after.pid });
  expect(await supervisor.daemon()).toMatchObject({ state: 'up' });
});

test('H7: pm2 giving up is pushed, described as such, and start brings the app back with a fresh budget', async () => {
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  const events: string[] = [];
  const end = supervisor.watch(({ event }) => events.push(event));
  const { pid } = await waitFor('the process', () => supervisor.processNow());
  writeFileSync(crashFile, '');
  crashProcess(pid);
  await waitFor('pm2 to give up', () => events.includes('gave-up'));
  await expect(supervisor.describe()).resolves.toMatchObject({ state: 'waiting-restart', gaveUp: true, pid: null });
  rmSync(crashFile);
  await supervisor.start();
  await waitFor('the process again', () => supervisor.processNow());
  await expect(supervisor.describe()).resolves.toMatchObject({ state: 'online', unstableRestarts: 0, gaveUp: false });
  end();
});

test('start works while pm2 waits to restart the app', async () => {
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  await pm2.run('delete', 'demo', '--silent');
  await pm2.startApp({ name: 'demo', script, exp_backoff_restart_delay: 8_000 });
  const first = await waitFor('the process', () => supervisor.processNow());
  process.kill(first.pid, 'SIGKILL');
  await waitFor('the wait', async () => (await supervisor.describe()).state === 'waiting-restart');
  await supervisor.start();
  const second = await waitFor('the process', () => supervisor.processNow());
  expect(second.pid).not.toBe(first.pid);
});
