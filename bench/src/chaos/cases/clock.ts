import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ChaosCase, neverMs, type Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

const on = ['command', 'pm2', 'systemd-user'] as const;
const boundMs = 35_000;

/** One restart in ten minutes. */
function oneRestart(app: FaultyApp): object {
  const { budgets } = usualPolicy(app) as { budgets: { restarts: object } };
  return { budgets: { restarts: { ...budgets.restarts, max: 1, backoff: ['0s'] } } };
}

async function restartedAfterHang(stage: Stage, pid: number): Promise<number> {
  process.kill(pid, 'SIGSTOP');
  return stage.back(pid, neverMs);
}

/** The app hangs though its one restart is spent: people are told, and nothing begins. */
async function refused(stage: Stage, pid: number): Promise<void> {
  const before = stage.actions().length;
  process.kill(pid, 'SIGSTOP');
  const isTold = () => {
    if (stage.actions().length > before) throw new Error('another restart began: the budget was forgotten');
    return stage.kit.told().some(({ level }) => level === 'CRITICAL');
  };
  await waitFor('a CRITICAL', isTold, neverMs);
}

const settled = async (stage: Stage) => {
  const end = performance.now() + 15_000;
  while (stage.faults().length > 0) {
    if (performance.now() > end) throw new Error(`still standing: ${stage.faults().join(', ')}`);
    await sleep(100);
  }
};

const set = (hours: number) => async (stage: Stage) => {
  stage.kit.setClock(hours);
  await stage.untouched(12_000);
};

/** Neither an end of the watchdog nor a clock that is set gives more restarts, or takes any away. */
export const clock: ChaosCase[] = [
  {
    ...{ n: '23b', on, boundMs, policy: oneRestart },
    fault: {
      what: 'the budget is spent, the watchdog is killed, the app hangs again: no other restart, a CRITICAL',
      run: async (stage) => {
        const pid = await restartedAfterHang(stage, stage.pid);
        await settled(stage);
        await stage.kit.watchdog.kill('SIGKILL');
        await stage.kit.watchdog.start();
        const took = stage.startTook();
        await refused(stage, pid);
        return took();
      },
    },
    twin: {
      what: 'nothing is spent, the watchdog is killed, the app hangs: restarted',
      run: async (stage) => {
        await stage.kit.watchdog.kill('SIGKILL');
        await stage.kit.watchdog.start();
        await restartedAfterHang(stage, stage.pid);
      },
    },
  },
  {
    ...{ n: '23c', on, boundMs, clock: true, policy: oneRestart },
    fault: {
      what: 'the budget is spent, the clock is set two hours on, the app hangs again: no other restart, a CRITICAL',
      run: async (stage) => {
        const pid = await restartedAfterHang(stage, stage.pid);
        await settled(stage);
        stage.kit.setClock(2);
        const took = stage.startTook();
        await refused(stage, pid);
        return took();
      },
    },
    twin: { what: 'the clock is set two hours on while all is well: left alone', run: set(2) },
  },
  {
    ...{ n: '23d', on, boundMs, clock: true },
    fault: {
      what: 'the clock is set two hours back, the app hangs: restarted as ever',
      run: async (stage) => {
        stage.kit.setClock(-2);
        await sleep(2_000);
        const took = stage.startTook();
        await restartedAfterHang(stage, stage.pid);
        return took();
      },
    },
    twin: { what: 'the clock is set two hours back while all is well: left alone', run: set(-2) },
  },
];
