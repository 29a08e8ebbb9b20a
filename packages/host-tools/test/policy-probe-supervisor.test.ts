import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProbeConfig } from '@yoban/shared/policy/probe-config';
import { startFakeEngine } from '@yoban/shared/testing/fake-engine';
import { crashProcess } from '@yoban/shared/testing/signal-process';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, expect, test } from 'vitest';
import { pm2DaemonPid } from '../src/pm2-home.ts';
import { createSupervisorProbe } from '../src/policy-probes/supervisor.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import { createCompose } from '../src/supervisors/compose.ts';
import { createNoSupervisor } from '../src/supervisors/none.ts';
import { createPm2 } from '../src/supervisors/pm2.ts';
import type { Supervisor } from '../src/supervisors/supervisor.ts';
import { createPrivatePm2 } from '../src/testing/private-pm2.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeAround, probeOf } from './probe-around.ts';
import { writeRunApp } from './run-app.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

const timeoutMs = 2_000;
const declared = { type: 'supervisor', timeout: '2s' };
const around = (supervisor: Supervisor) => ({ supervisor, process: () => supervisor.processNow() });
/** Never 0, which would mean ourselves to kill(2). */
function daemonOf(home: string): number {
  const pid = pm2DaemonPid(home);
  if (pid === null) throw new Error(`no pm2 runs in ${home}`);
  return pid;
}

const blind = { probe: () => probeOf(declared), reason: /not to be known/ };

policyProbeConformance('supervisor of pm2', { timeoutMs, hung: 'unknown', blind: true }, async () => {
  const pm2 = createPrivatePm2();
  await pm2.startApp({ name: 'demo', script: writeRunApp(temp.dir, 'under-pm2').script });
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  const daemon = daemonOf(pm2.home);
  return {
    probe: () => probeOf(declared, around(supervisor)),
    hurt: () => pm2.run('stop', 'demo', '--silent'),
    reason: /^stopped, not online$/,
    heal: async () => {
      process.kill(daemon, 'SIGCONT');
      await pm2.run('restart', 'demo', '--silent');
    },
    // Only where no process runs is pm2 asked.
    hang: async () => {
      await pm2.run('stop', 'demo', '--silent');
      process.kill(daemon, 'SIGSTOP');
    },
    blind,
    end: () => pm2.stop(),
  };
});

policyProbeConformance('supervisor of yoban run', { timeoutMs, hung: 'unknown', blind: true }, async () => {
  const run = createPrivateRun(writeRunApp(temp.dir, 'under-run').script);
  await run.start();
  const supervisor = createCommand(run.socket, usualTimes);
  return {
    probe: () => probeOf(declared, around(supervisor)),
    hurt: () => run.ask('stop'),
    reason: /^stopped, not online$/,
    heal: async () => {
      process.kill(run.parentPid(), 'SIGCONT');
      await run.ask('start');
    },
    hang: () => process.kill(run.parentPid(), 'SIGSTOP'),
    blind,
    end: () => run.stop(),
  };
});

policyProbeConformance('supervisor of compose', { timeoutMs, hung: null, blind: true }, async () => {
  const engine = await startFakeEngine(path.join(temp.dir, 'docker.sock'));
  const labels = { 'com.docker.compose.service': 'demo', 'com.docker.compose.project': 'x' };
  engine.add({ name: 'demo', labels, policy: { name: 'on-failure', tries: 3 } });
  const supervisor = createCompose({ service: 'demo', project: null, host: engine.url, file: null });
  return {
    probe: () => probeOf({ ...declared, states: ['running'] }, around(supervisor)),
    hurt: () => supervisor.stop(),
    reason: /^stopped, not running$/,
    heal: () => supervisor.start(),
    blind,
    end: () => engine.stop(),
  };
});

policyProbeConformance('supervisor_daemon of pm2', { timeoutMs, hung: null, blind: true }, async () => {
  const pm2 = createPrivatePm2();
  await pm2.run('ping', '--silent');
  const supervisor = createPm2({ name: 'demo', home: pm2.home });
  return {
    probe: () => probeOf({ type: 'supervisor_daemon', timeout: '2s' }, { supervisor }),
    // Looking at it must not wake it: it stays away until it is healed.
    hurt: async () => {
      process.kill(daemonOf(pm2.home), 'SIGKILL');
      await waitFor('its end', () => pm2DaemonPid(pm2.home) === null);
    },
    reason: /^no pm2 runs in /,
    heal: () => pm2.run('ping', '--silent'),
    blind: {
      probe: () => probeOf({ type: 'supervisor_daemon' }, { supervisor: createNoSupervisor('demo') }),
      reason: /nobody supervises/,
    },
    end: () => pm2.stop(),
  };
});

test('supervisor_daemon: a pm2 that stands still is seen at once, and passes when it goes on', async () => {
  const pm2 = createPrivatePm2();
  await pm2.run('ping', '--silent');
  const daemon = daemonOf(pm2.home);
  try {
    const supervisor = createPm2({ name: 'demo', home: pm2.home });
    const probe = probeOf({ type: 'supervisor_daemon', timeout: '5s' }, { supervisor });
    process.kill(daemon, 'SIGSTOP');
    const frozen = await waitFor('it to stand still', async () => {
      const finding = await lookOnce(probe);
      return finding.passes ? null : finding;
    });
    expect(frozen).toMatchObject({ unknown: false, detail: expect.stringMatching(/is stopped|does not answer/) });
    process.kill(daemon, 'SIGCONT');
    await waitFor('it to go on', async () => (await lookOnce(probe)).passes);
  } finally {
    process.kill(daemon, 'SIGCONT');
    await pm2.stop();
  }
});

policyProbeConformance('supervisor_daemon of yoban run', { timeoutMs, hung: 'bad', blind: false }, async () => {
  const run = createPrivateRun(writeRunApp(temp.dir, 'parent').script);
  await run.start();
  const supervisor = createCommand(run.socket, usualTimes);
  return {
    probe: () => probeOf({ type: 'supervisor_daemon', timeout: '2s' }, { supervisor }),
    hurt: () => run.kill(),
    reason: /^no yoban run listens at /,
    heal: async () => {
      const parent = runningParent(run);
      if (parent) process.kill(parent, 'SIGCONT');
      else await run.start();
    },
    hang: () => process.kill(run.parentPid(), 'SIGSTOP'),
    end: () => run.stop(),
  };
});

function runningParent(run: { parentPid(): number }): number | null {
  try {
    return run.parentPid();
  } catch {
    return null;
  }
}

policyProbeConformance('supervisor_daemon of compose', { timeoutMs, hung: null, blind: false }, async () => {
  const socket = path.join(temp.dir, 'engine.sock');
  let engine = await startFakeEngine(socket);
  const supervisor = createCompose({ service: 'demo', project: null, host: engine.url, file: null });
  return {
    probe: () => probeOf({ type: 'supervisor_daemon', timeout: '2s' }, { supervisor }),
    hurt: () => engine.stop(),
    reason: /container engine/,
    heal: async () => {
      engine = await startFakeEngine(socket);
    },
    end: () => engine.stop(),
  };
});

test('H7: pm2 that waits to restart is accepted where that is named, and no more once it gave up', async () => {
  const { script, refuseFile } = writeRunApp(temp.dir, 'gives-up');
  const pm2 = createPrivatePm2();
  try {
    await pm2.startApp({ name: 'demo', script, min_uptime: '60s', max_restarts: 2, exp_backoff_restart_delay: 3_000 });
    const supervisor = createPm2({ name: 'demo', home: pm2.home });
    const patient = probeOf(
      { type: 'supervisor', states: ['online', 'waiting restart'], timeout: '5s' },
      around(supervisor),
    );
    const strict = probeOf({ ...declared, timeout: '5s' }, around(supervisor));
    expect(await lookOnce(patient)).toMatchObject({ passes: true, detail: 'online' });
    const { pid } = await waitFor('the process', () => supervisor.processNow());
    writeFileSync(refuseFile, '');
    crashProcess(pid);
    await waitFor('the wait', async () => (await lookOnce(patient)).detail === 'waiting-restart', 30_000);
    const gaveUp = await waitFor(
      'its giving up',
      async () => {
        const finding = await lookOnce(patient);
        return finding.passes ? null : finding;
      },
      30_000,
    );
    expect(gaveUp).toMatchObject({ unknown: false, detail: expect.stringContaining('pm2 gave up') });
    expect(await lookOnce(strict)).toMatchObject({ passes: false, unknown: false });
    rmSync(refuseFile);
    await supervisor.start();
    await waitFor('it to be back', async () => (await lookOnce(strict)).passes);
  } finally {
    await pm2.stop();
  }
});

test('H7: a wait of more than 20 s is none, also where pm2 does not say that it gave up', async () => {
  const silent = createNoSupervisor('demo');
  const status = await silent.describe();
  const supervisor: Supervisor = {
    ...silent,
    kind: 'pm2',
    describe: async () => ({ ...status, state: 'waiting-restart' as const }),
    processNow: () => null,
  };
  let clockMs = 0;
  const config = ProbeConfig.parse({ type: 'supervisor', states: ['online', 'waiting-restart'] });
  if (config.type !== 'supervisor') throw new Error('another type');
  const probe = createSupervisorProbe(config, probeAround(around(supervisor)), () => clockMs);
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
  clockMs = 20_000;
  expect(await lookOnce(probe)).toMatchObject({ passes: true });
  clockMs = 20_001;
  expect(await lookOnce(probe)).toMatchObject({
    passes: false,
    unknown: false,
    detail: expect.stringContaining('nobody will restart it'),
  });
});

test('supervisor: where nobody can be asked, a process that is known to be gone is gone, any other is unknown', async () => {
  const supervisor = createPm2({ name: 'demo', home: path.join(temp.dir, 'no-pm2') });
  expect(await lookOnce(probeOf(declared, around(supervisor)))).toMatchObject({
    ...{ passes: false, unknown: false, detail: expect.stringMatching(/^no process runs: no pm2 runs/) },
  });
  expect(await lookOnce(probeOf(declared, { supervisor, process: () => undefined }))).toMatchObject({ unknown: true });
});

test('V3: systemd calls it active, pm2 online, an engine running: all are the same', async () => {
  const running = { process: () => ({ pid: 1, startTicks: 1, startedAt: 0 }) };
  for (const word of ['active', 'online', 'running', 'Active'])
    expect(await lookOnce(probeOf({ ...declared, states: [word] }, running))).toMatchObject({ passes: true });
  for (const word of ['inactive', 'failed', 'stopped'])
    expect(await lookOnce(probeOf({ ...declared, states: [word] }, running))).toMatchObject({ passes: false });
});
