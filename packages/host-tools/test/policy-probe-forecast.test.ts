import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import type { ProbeAround, ProbeMemory } from '../src/policy-probes/policy-probe.ts';
import { procStat, startedAtMs } from '../src/proc.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';
import { writeRunApp } from './run-app.ts';

const temp = makeTempDir();
const apps: ChildProcess[] = [];
afterAll(() => {
  for (const app of apps) app.kill('SIGKILL');
  temp.remove();
});

async function startApp(): Promise<ChildProcess> {
  const app = fork(fileURLToPath(new URL('./support/hungry-app.ts', import.meta.url)));
  apps.push(app);
  await once(app, 'message');
  return app;
}

const runningOf = (pid: number) => {
  const stat = procStat(pid);
  return stat && { pid: stat.pid, startTicks: stat.startTicks, startedAt: startedAtMs(stat, Date.now()) };
};

// Hours as seconds: what is looked over is 1.2 s, and the end may not come within half a minute.
policyProbeConformance('forecast', { timeoutMs: 2_000, hung: null, blind: true }, async () => {
  let app = await startApp();
  const around: Partial<ProbeAround> = { home: temp.dir, process: () => runningOf(app.pid ?? 0) };
  const declared = { type: 'forecast', metric: 'rss_mb', limit: 900, within: '30s', over: '1200ms' };
  return {
    probe: () => probeOf(declared, around),
    hurt: () => app.send('leak'),
    reason: /^grows by \d+(\.\d+)? MB an hour, 900 MB in \d+(\.\d+)? s$/,
    heal: async () => {
      app.kill('SIGKILL');
      app = await startApp();
    },
    blind: { probe: () => probeOf(declared, { ...around, process: () => null }), reason: /no process runs/ },
    end: () => app.kill('SIGKILL'),
  };
});

const hour = 3_600_000;
const now = Date.now();

/** What a probe would have kept of seven hours: the use now, and how it rose to it. */
const kept = (whose: string, useNow: number, perHour: number): ProbeMemory => {
  const samples = Array.from({ length: 84 }, (_, index) => {
    const hoursAgo = 7 - index / 12;
    const use = useNow - perHour * hoursAgo;
    return [now - hoursAgo * hour, use, use];
  });
  return { load: () => JSON.stringify({ whose, samples }), save: () => undefined };
};

test('C6: a disk that fills is told in time, by figures of before a restart of ours', async () => {
  const { bavail, bsize } = statfsSync(temp.dir);
  const freeMb = (bavail * bsize) / 1_048_576;
  const declared = { type: 'forecast', metric: 'disk_free_mb', path: temp.dir, limit: Math.round(freeMb - 10_000) };
  const fills = await lookOnce(probeOf(declared, { memory: kept('disk', -freeMb, 1_000), now: () => now }));
  expect(fills).toMatchObject({ passes: false, unknown: false, unit: 'h' });
  expect(fills.value).toBeGreaterThan(8);
  expect(fills.value).toBeLessThan(12);
  expect(fills.detail).toMatch(/^fills by \d+(\.\d+)? MB an hour, .* MB left in \d+(\.\d+)? h$/);
  const drains = probeOf(declared, { memory: kept('disk', -freeMb, -1_000), now: () => now });
  expect(await lookOnce(drains)).toMatchObject({ passes: true, detail: 'it does not grow' });
  const slow = probeOf(declared, { memory: kept('disk', -freeMb, 100), now: () => now });
  expect(await lookOnce(slow)).toMatchObject({ passes: true, unit: 'h' });
});

test('C6: figures of another process, of the future, or that are none do not count', async () => {
  const around = { process: () => runningOf(process.pid), now: () => now };
  const declared = { type: 'forecast', metric: 'rss_mb', limit: 100_000 };
  for (const memory of [kept('1/1', 100, 10), { load: () => '{"whose":', save: () => undefined }])
    expect(await lookOnce(probeOf(declared, { ...around, memory }))).toMatchObject({ unknown: true });
  const own = runningOf(process.pid);
  const memory = kept(`${own?.pid}/${own?.startTicks}`, 100, 10);
  expect(await lookOnce(probeOf(declared, { ...around, memory }))).toMatchObject({ unknown: false });
  const earlier = { ...around, memory, now: () => now - 8 * hour };
  expect(await lookOnce(probeOf(declared, earlier))).toMatchObject({ unknown: true });
});

test('C6: without a limit of its own the memory limit of the supervisor counts', async () => {
  const run = createPrivateRun(writeRunApp(temp.dir, 'limited').script);
  const { pid, startTicks } = await run.start('--max-memory', '512M');
  const supervisor = createCommand(run.socket, usualTimes);
  try {
    const around = { supervisor, process: () => runningOf(pid ?? 0), now: () => now };
    const memory = kept(`${pid}/${startTicks}`, 60, 30);
    const finding = await lookOnce(probeOf({ type: 'forecast', metric: 'rss_mb' }, { ...around, memory }));
    expect(finding).toMatchObject({ passes: false, detail: expect.stringContaining(' 512 MB in ') });
  } finally {
    await run.stop();
  }
});

test('figures are kept under the home of yoban, for each probe its own', async () => {
  const home = path.join(temp.dir, 'home');
  const around = { home, process: () => runningOf(process.pid) };
  const declared = { type: 'forecast', metric: 'rss_mb', limit: 900 };
  await lookOnce(probeOf(declared, around));
  await lookOnce(probeOf({ ...declared, every: '5s' }, around));
  await lookOnce(probeOf({ ...declared, metric: 'disk_free_mb' }, around));
  const folder = path.join(home, 'state', 'probes');
  expect(existsSync(folder) && readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(2);
});
