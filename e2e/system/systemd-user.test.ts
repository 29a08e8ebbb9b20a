// needs: systemctl, unshare

import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crashProcess, signalProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pm2DaemonPid } from '../../packages/host-tools/src/pm2-home.ts';
import { readProc } from '../../packages/host-tools/src/proc.ts';
import { createSystemd } from '../../packages/host-tools/src/supervisors/systemd.ts';
import { createPrivatePm2 } from '../../packages/host-tools/src/testing/private-pm2.ts';
import { type PrivateSystemd, startPrivateSystemd } from '../../packages/host-tools/src/testing/private-systemd.ts';
import { superviseConformance } from '../../packages/host-tools/test/conformance.ts';
import { writeRunApp } from '../../packages/host-tools/test/run-app.ts';

const temp = makeTempDir();
const { script, refuseFile } = writeRunApp(temp.dir, 'demo');
const runtimeBefore = process.env.XDG_RUNTIME_DIR;
let systemd: PrivateSystemd;

const unitText = (more = '') => `[Unit]
StartLimitIntervalSec=60
StartLimitBurst=4
[Service]
ExecStart=${process.execPath} ${script}
Restart=on-failure
RestartSec=50ms
TimeoutStopSec=5
${more}`;

beforeAll(async () => {
  systemd = await startPrivateSystemd();
  process.env.XDG_RUNTIME_DIR = systemd.runtimeDir;
});
afterAll(async () => {
  await systemd.stop();
  if (runtimeBefore === undefined) delete process.env.XDG_RUNTIME_DIR;
  else process.env.XDG_RUNTIME_DIR = runtimeBefore;
  temp.remove();
});

const created = async (name: string, more = '') => {
  await systemd.writeUnit(`${name}.service`, unitText(more));
  const supervisor = createSystemd({ unit: `${name}.service`, user: true });
  await supervisor.start();
  return supervisor;
};

superviseConformance('systemd-user', async () => {
  const supervisor = await created('demo');
  return {
    supervisor,
    nowhere: createSystemd({ unit: 'nobody.service', user: true }),
    crash: () => crashProcess(supervisor.processNow()?.pid),
    breakStart: (broken) => (broken ? writeFileSync(refuseFile, '') : rmSync(refuseFile)),
    end: () => supervisor.stop(),
  };
});

test('C3: a unit that hit its start limit is started all the same, which systemd refuses to a person', async () => {
  const supervisor = await created('limited');
  for (let times = 0; times < 6; times += 1) await supervisor.restart();
  expect((await supervisor.describe()).state).toBe('online');
  await supervisor.stop();
});

test('C3: an app that is stopped (SIGSTOP) is ended and started anew', async () => {
  const supervisor = await created('hangs');
  const { pid } = await supervisor.describe();
  signalProcess(pid, 'SIGSTOP');
  const began = performance.now();
  await supervisor.restart();
  expect((await supervisor.describe()).pid).not.toBe(pid);
  expect(performance.now() - began).toBeLessThan(10_000);
  await supervisor.stop();
});

test('a crash is seen within half a second, and the start after it', async () => {
  const supervisor = await created('crashes');
  const seen: { event: string; at: number }[] = [];
  const end = supervisor.watch(({ event }) => seen.push({ event, at: performance.now() }));
  const delays: number[] = [];
  // The quickest of as many crashes as its start limit leaves: other tests run on the same cores.
  for (let crash = 0; crash < 3; crash += 1) {
    const { pid } = await waitFor('the process', () => supervisor.processNow());
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    await waitFor('both', () => seen.some(({ event }) => event === 'online'));
    const both = seen.splice(0);
    expect(both.map(({ event }) => event)).toEqual(['exit', 'online']);
    delays.push((both[0]?.at ?? Number.POSITIVE_INFINITY) - killedAt);
  }
  end();
  expect(Math.min(...delays)).toBeLessThan(500);
  await supervisor.stop();
});

test('reload asks a unit that can, and restarts one that cannot; recreate reads the unit file anew', async () => {
  const can = await created('reloads', 'ExecReload=/bin/true\n');
  const { pid } = await can.describe();
  await can.reload();
  expect((await can.describe()).pid).toBe(pid);
  await can.stop();
  const cannot = await created('restarts');
  const before = (await cannot.describe()).pid;
  await cannot.reload();
  expect((await cannot.describe()).pid).not.toBe(before);
  await cannot.recreate();
  expect((await cannot.describe()).state).toBe('online');
  await cannot.stop();
});

test('its log files are told where its output goes to files, its journal where it does not', async () => {
  const log = path.join(temp.dir, 'unit.log');
  const supervisor = await created('logs', `StandardOutput=append:${log}\n`);
  const files = await waitFor('the file', async () => {
    const now = await supervisor.logFiles();
    return now.out === log ? now : null;
  });
  expect(files).toMatchObject({ out: log });
  expect(supervisor.journal).toEqual({ unit: 'logs.service', user: true });
  await supervisor.stop();
});

test('C4: a pm2 that a unit of systemd brings back is not ended with that unit', async () => {
  const pm2 = createPrivatePm2();
  const god = () => pm2DaemonPid(pm2.home);
  try {
    await pm2.startApp({ name: 'demo', script });
    await pm2.run('save', '--force', '--silent');
    signalProcess(god(), 'SIGKILL');
    const caller = path.join(temp.dir, 'bring-back.mjs');
    const done = path.join(temp.dir, 'done');
    const module = path.resolve(import.meta.dirname, '../../packages/host-tools/src/supervisors/pm2-resurrect.ts');
    writeFileSync(
      caller,
      `import { writeFileSync } from 'node:fs';
       import { resurrectPm2 } from ${JSON.stringify(module)};
       await resurrectPm2(${JSON.stringify(pm2.home)}, null);
       writeFileSync(${JSON.stringify(done)}, '');
       setInterval(() => {}, 1000);`,
    );
    const begin = `${process.execPath} --conditions=yoban-src ${caller}`;
    await systemd.writeUnit('healer.service', `[Service]\nExecStart=${begin}\n`);
    const healer = createSystemd({ unit: 'healer.service', user: true });
    await healer.start();
    await waitFor('pm2 to be back', () => existsSync(done), 30_000);
    const born = god() ?? 0;
    await healer.stop();
    expect(readProc(`${born}/cgroup`)).toMatch(/\.scope$/m);
    expect(god()).toBe(born);
  } finally {
    await pm2.stop();
  }
});

test('the manager itself: up, hung while it is stopped, down when it is gone; asking starts none', async () => {
  const supervisor = createSystemd({ unit: 'demo.service', user: true });
  expect((await supervisor.daemon()).state).toBe('up');
  process.kill(systemd.pid(), 'SIGSTOP');
  try {
    expect((await supervisor.daemon()).state).toBe('hung');
  } finally {
    process.kill(systemd.pid(), 'SIGCONT');
  }
  expect((await supervisor.daemon()).state).toBe('up');
  const own = process.env.XDG_RUNTIME_DIR;
  process.env.XDG_RUNTIME_DIR = path.join(temp.dir, 'nowhere');
  try {
    expect((await supervisor.daemon()).state).toBe('down');
  } finally {
    process.env.XDG_RUNTIME_DIR = own;
  }
});
