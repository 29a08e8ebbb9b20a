import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

/** The supervisor's own daemon is looked at, and brought back with what it ran. */
function daemonPolicy(app: FaultyApp): object {
  const usual = usualPolicy(app);
  return {
    probes: { ...(usual.probes as object), daemon: { type: 'supervisor_daemon', every: '5s', timeout: '2s' } },
    actions: { ...(usual.actions as object), resurrect: { kind: 'supervisor', op: 'resurrect', timeout: '20s' } },
    faults: {
      daemon_dead: {
        ...{ anyOf: ['daemon'], evidence: ['status'] },
        ladder: [
          {
            on: 'fault',
            do: ['resurrect'],
            notify: 'critical',
            verify: { probes: ['daemon', 'proc', 'health'], within: '20s' },
          },
          { on: 'prev_unverified', notify: 'critical', halt: true },
        ],
      },
      ...(usual.faults as object),
    },
  };
}

/** A repair that takes its time, so that a kill can fall into it. */
function slowRepair(app: FaultyApp): object {
  const usual = usualPolicy(app);
  const verify = { probes: ['proc', 'health'], within: '10s' };
  return {
    actions: { ...(usual.actions as object), look_around: { kind: 'exec', argv: ['sleep', '3'], timeout: '10s' } },
    faults: {
      unhealthy: {
        anyOf: ['health'],
        ladder: [
          { on: 'fault', do: ['look_around', 'restart'], verify },
          { on: 'prev_unverified', halt: true, notify: 'critical' },
        ],
      },
    },
  };
}

const restarts = (stage: Stage) => stage.actions().filter(({ action }) => action === 'restart').length;

const oneCopy = async (stage: Stage) => {
  const alive = stage.app.boots().filter(({ pid }) => isRunning(pid));
  if (alive.length !== 1) throw new Error(`${alive.length} copies of the app run`);
};

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: that is the answer.
    return false;
  }
}

const daemonKilled = (signal: 'SIGKILL' | 'SIGSTOP') => async (stage: Stage) => {
  const daemon = stage.place.daemonPid();
  if (daemon === null) throw new Error('no daemon runs');
  process.kill(daemon, signal);
  await waitFor('the daemon brought back', () => stage.actions().some(({ action }) => action === 'resurrect'), 30_000);
  await waitFor('another daemon', () => (stage.place.daemonPid() ?? daemon) !== daemon, 30_000);
  await waitFor('the app to answer', stage.app.answers, 20_000);
  await oneCopy(stage);
};

export const kit: ChaosCase[] = [
  {
    ...{ n: '21', on: ['command', 'pm2', 'systemd-user'], boundMs: 20_000 },
    fault: {
      what: 'Redis is killed and the app hangs: it is restarted all the same, and what was to be told arrives when Redis is back',
      run: async (stage) => {
        await stage.kit.redis.kill();
        process.kill(stage.pid, 'SIGSTOP');
        await stage.back(stage.pid, 15_000);
        await stage.kit.redis.start();
        await stage.heard('RECOVERED', 1, 20_000);
      },
    },
    twin: {
      what: 'Redis is killed for 10 s: the app is left alone',
      run: async (stage) => {
        await stage.kit.redis.kill();
        await stage.untouched(10_000);
        await stage.kit.redis.start();
      },
    },
  },
  {
    ...{ n: '22', on: ['pm2'], boundMs: 30_000, policy: daemonPolicy },
    fault: { what: 'the pm2 daemon is killed: brought back, one copy of the app', run: daemonKilled('SIGKILL') },
    twin: {
      what: 'the pm2 daemon is stopped for 1 s: left alone',
      run: async (stage) => {
        const daemon = stage.place.daemonPid() ?? 0;
        process.kill(daemon, 'SIGSTOP');
        await sleep(1_000);
        process.kill(daemon, 'SIGCONT');
        await stage.untouched(12_000);
      },
    },
  },
  {
    ...{ n: '22b', on: ['pm2'], boundMs: 45_000, policy: daemonPolicy },
    fault: { what: 'the pm2 daemon hangs: brought back, one copy of the app', run: daemonKilled('SIGSTOP') },
    twin: { what: 'the pm2 daemon lives: left alone', run: (stage) => stage.untouched(12_000) },
  },
  {
    ...{ n: '23', on: ['command', 'pm2', 'systemd-user'], boundMs: 35_000, policy: slowRepair },
    fault: {
      what: 'the watchdog is killed in the midst of a repair: the next one ends it, with one restart',
      run: async (stage) => {
        process.kill(stage.pid, 'SIGSTOP');
        await waitFor('a repair', () => stage.actions().length > 0, 15_000);
        await stage.kit.watchdog.kill('SIGKILL');
        await stage.kit.watchdog.start();
        await stage.back(stage.pid, 30_000);
        await sleep(2_000);
        if (restarts(stage) !== 1) throw new Error(`${restarts(stage)} restarts`);
      },
    },
    twin: {
      what: 'the watchdog is killed while nothing is wrong: the app is left alone',
      run: async (stage) => {
        await stage.kit.watchdog.kill('SIGKILL');
        await stage.kit.watchdog.start();
        await stage.untouched(10_000);
      },
    },
  },
];
