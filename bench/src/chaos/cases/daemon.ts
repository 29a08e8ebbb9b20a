import { setTimeout as sleep } from 'node:timers/promises';
import { isRunning, procStat } from '@yoban/host-tools/proc';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase, Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

const boundMs = 30_000;
/** A second copy would show itself by then. */
const settleMs = 6_000;

/** The supervisor's own daemon is looked at, and brought back with what it ran. */
function policy(app: FaultyApp): object {
  const usual = usualPolicy(app);
  const verify = { probes: ['daemon', 'proc', 'health'], within: '20s' };
  return {
    probes: { ...(usual.probes as object), daemon: { type: 'supervisor_daemon', every: '5s', timeout: '4s' } },
    actions: { ...(usual.actions as object), resurrect: { kind: 'supervisor', op: 'resurrect', timeout: '30s' } },
    faults: {
      daemon_dead: {
        ...{ anyOf: ['daemon'], evidence: ['status'] },
        ladder: [
          { on: 'fault', do: ['resurrect'], notify: 'critical', verify },
          { on: 'prev_unverified', notify: 'critical', halt: true },
        ],
      },
      ...(usual.faults as object),
    },
  };
}

const copies = ({ app }: Stage): number[] =>
  app.boots().flatMap(({ pid }) => {
    const stat = procStat(pid);
    return stat && isRunning(stat) ? [pid] : [];
  });

/** Another daemon, another process of the app and no other copy of it. Gives the time to that. */
const broughtBack = (signal: 'SIGKILL' | 'SIGSTOP') => async (stage: Stage) => {
  const took = stage.startTook();
  const before = stage.place.daemonPid();
  if (before === null) throw new Error('no daemon runs');
  process.kill(before, signal);
  await waitFor('another daemon', () => ![null, before].includes(stage.place.daemonPid()), 60_000);
  const pid = await stage.back(stage.pid, 30_000);
  const isAlone = () => copies(stage).join() === String(pid);
  await waitFor('exactly one copy of the app', isAlone, 30_000);
  const back = took();
  await sleep(settleMs);
  if (!isAlone()) throw new Error(`processes of the app: ${copies(stage).join(', ')}`);
  return back;
};

export const daemon: ChaosCase[] = [
  {
    ...{ n: '22', on: ['pm2'], boundMs, policy },
    fault: {
      what: "pm2's daemon is killed: another one, with exactly one copy of the app",
      run: broughtBack('SIGKILL'),
    },
    twin: {
      what: "pm2's daemon is stopped for 300 ms: left alone",
      run: async (stage) => {
        const pid = stage.place.daemonPid();
        signalProcess(pid, 'SIGSTOP');
        await sleep(300);
        signalProcess(pid, 'SIGCONT');
        await stage.untouched(12_000);
      },
    },
  },
  {
    ...{ n: '22b', on: ['pm2'], boundMs, policy },
    fault: {
      what: "pm2's daemon hangs, the app lives on: another daemon, with exactly one copy of the app",
      run: broughtBack('SIGSTOP'),
    },
    twin: { what: "pm2's daemon lives: left alone", run: (stage) => stage.untouched(12_000) },
  },
];
