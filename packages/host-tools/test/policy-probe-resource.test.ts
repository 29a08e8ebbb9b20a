import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import type { ProbeAround } from '../src/policy-probes/policy-probe.ts';
import { hostMemoryPercent } from '../src/probes/host-load.ts';
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

async function tell(app: ChildProcess, word: 'eat' | 'spin' | 'rest'): Promise<void> {
  app.send(word);
  await once(app, 'message');
}

/** The surroundings of a service whose process this is. */
const serviceOf = (app: () => ChildProcess): Partial<ProbeAround> => ({
  process: () => {
    const stat = procStat(app().pid ?? 0);
    return stat && { pid: stat.pid, startTicks: stat.startTicks, startedAt: startedAtMs(stat, Date.now()) };
  },
});

policyProbeConformance('resource', { timeoutMs: 2_000, hung: null, blind: true }, async () => {
  let app = await startApp();
  const around = serviceOf(() => app);
  const replace = async () => {
    app.kill('SIGKILL');
    app = await startApp();
  };
  return {
    probe: () => probeOf({ type: 'resource', metric: 'rss_mb', max: 200 }, around),
    // C2: it grows over its limit, and a new process is small again.
    hurt: () => tell(app, 'eat'),
    reason: /^rss_mb is \d+(\.\d+)? MB, over 200$/,
    heal: replace,
    blind: {
      probe: () => probeOf({ type: 'resource', metric: 'error_rate', max: 0.05 }),
      reason: /no figure of now is reported/,
    },
    end: () => app.kill('SIGKILL'),
  };
});

test('C2: CPU is of one core, over the interval, and starts anew with another process', async () => {
  let app = await startApp();
  const probe = probeOf(
    { type: 'resource', metric: 'cpu_pct', max: 5, every: '1s' },
    serviceOf(() => app),
  );
  expect(await lookOnce(probe)).toMatchObject({ unknown: true, detail: expect.stringContaining('second look') });
  await tell(app, 'spin');
  // Two cores are shared with others: what it wants is 90 %, what it gets may be a tenth of that.
  const busy = await waitFor('CPU over its limit', async () => {
    const finding = await lookOnce(probe);
    return !finding.unknown && !finding.passes ? finding : null;
  });
  expect(busy).toMatchObject({ unit: '%', detail: expect.stringMatching(/^cpu_pct is .* %, over 5$/) });
  await tell(app, 'rest');
  await waitFor('rest', async () => (await lookOnce(probe)).passes);
  app = await startApp();
  expect(await lookOnce(probe)).toMatchObject({ unknown: true });
});

test('resource: no figure of a process that does not run, and that of its supervisor where it runs elsewhere', async () => {
  const declared = { type: 'resource', metric: 'rss_mb', max: 1 };
  expect(await lookOnce(probeOf(declared, { process: () => null }))).toMatchObject({ unknown: true, value: null });
  const run = createPrivateRun(writeRunApp(temp.dir, 'elsewhere').script, 'elsewhere');
  await run.start();
  const supervisor = createCommand(run.socket, usualTimes);
  const end = supervisor.watch(() => undefined);
  try {
    await waitFor('its figures', () => supervisor.use());
    const around = { supervisor, process: () => supervisor.processNow() };
    expect(await lookOnce(probeOf(declared, around))).toMatchObject({ passes: false, unknown: false, unit: 'MB' });
  } finally {
    end();
    await run.stop();
  }
});

test('resource: restarts of the last hour are those that the supervisor counts', async () => {
  const run = createPrivateRun(writeRunApp(temp.dir, 'restarts').script);
  await run.start();
  const supervisor = createCommand(run.socket, usualTimes);
  const end = supervisor.watch(() => undefined);
  let aheadMs = 0;
  const around = { supervisor, process: () => supervisor.processNow(), now: () => Date.now() + aheadMs };
  const probe = probeOf({ type: 'resource', metric: 'restarts_per_hour', max: 1 }, around);
  try {
    for (const count of [0, 1, 2]) {
      const old = await waitFor('the process', () => supervisor.processNow());
      expect(await lookOnce(probe)).toMatchObject({ passes: count <= 1, value: count, unit: 'count' });
      process.kill(old.pid, 'SIGKILL');
      await waitFor('another', () => (supervisor.processNow()?.startTicks ?? old.startTicks) !== old.startTicks);
    }
    aheadMs = 3_600_000;
    expect(await lookOnce(probe)).toMatchObject({ passes: true, value: 1 });
  } finally {
    end();
    await run.stop();
  }
});

test('resource: the disk is as df shows it, in the folder that is named', async () => {
  const line = execFileSync('df', ['-P', '-k', temp.dir], { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  const [, , , freeKb, used] = line.split(/\s+/);
  const folder = { baseDir: path.dirname(temp.dir) };
  const declared = { type: 'resource', path: path.basename(temp.dir) };
  const usedNow = await lookOnce(probeOf({ ...declared, metric: 'disk_used_pct', max: 101 }, folder));
  expect(Math.abs((usedNow.value ?? 0) - Number.parseInt(used ?? '', 10))).toBeLessThanOrEqual(1.5);
  const free = await lookOnce(probeOf({ ...declared, metric: 'disk_free_mb', min: 1e12 }, folder));
  expect(free).toMatchObject({ passes: false, unit: 'MB', detail: expect.stringContaining('under 1000000000000') });
  expect(Math.abs((free.value ?? 0) - Number(freeKb) / 1_024)).toBeLessThan(500);
  const gone = { type: 'resource', metric: 'disk_free_mb', path: '/no/such/folder', min: 1 };
  expect(await lookOnce(probeOf(gone))).toMatchObject({ unknown: true });
});

test('V4: the host is measured: CPU since a while, memory without its caches, load', async () => {
  const cpu = probeOf({ type: 'resource', metric: 'host_cpu_pct', max: 101, every: '100ms' });
  expect(await lookOnce(cpu)).toMatchObject({ unknown: true });
  const second = await waitFor('a rate', async () => {
    const finding = await lookOnce(cpu);
    return finding.unknown ? null : finding;
  });
  expect(second).toMatchObject({ passes: true, unit: '%' });
  expect(hostMemoryPercent('MemTotal:  1000 kB\nMemFree:  10 kB\nMemAvailable:   250 kB\n')).toBe(75);
  expect(hostMemoryPercent('')).toBeNull();
  const memory = await lookOnce(probeOf({ type: 'resource', metric: 'host_memory_pct', max: 100 }));
  expect(memory).toMatchObject({ passes: true, unit: '%' });
  expect(totalmem()).toBeGreaterThan(0);
  expect(await lookOnce(probeOf({ type: 'resource', metric: 'load_1m' }))).toMatchObject({ passes: true });
});

test('C2: an error rate is what the service reports of itself', async () => {
  const reported = { reported: async () => 0.08 };
  expect(await lookOnce(probeOf({ type: 'resource', metric: 'error_rate', max: 0.05 }, reported))).toMatchObject({
    ...{ passes: false, value: 0.08, detail: 'error_rate is 0.08, over 0.05' },
  });
});
