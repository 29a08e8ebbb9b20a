import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ChaosCase, neverMs, type Stage } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

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

export const kit: ChaosCase[] = [
  {
    ...{ n: '21', on: ['command', 'pm2', 'systemd-user'], boundMs: 15_000 },
    fault: {
      what: 'Redis is killed and the app hangs: it is restarted all the same, and an INFO arrives within 10 s of the return of Redis',
      run: async (stage) => {
        await stage.kit.redis.kill();
        const took = stage.startTook();
        process.kill(stage.pid, 'SIGSTOP');
        await stage.back(stage.pid, neverMs);
        const back = took();
        await stage.kit.redis.start();
        await stage.heard('INFO', 1, 10_000);
        return back;
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
    ...{ n: '23', on: ['command', 'pm2', 'systemd-user', 'compose'], boundMs: 35_000, policy: slowRepair },
    fault: {
      what: 'the watchdog is killed in the midst of a repair: the next one ends it, with one restart',
      run: async (stage) => {
        const took = stage.startTook();
        process.kill(stage.pid, 'SIGSTOP');
        await waitFor('a repair', () => stage.actions().length > 0, neverMs);
        await stage.kit.watchdog.kill('SIGKILL');
        await stage.kit.watchdog.start();
        await stage.back(stage.pid, neverMs);
        const back = took();
        await sleep(2_000);
        if (restarts(stage) !== 1) throw new Error(`${restarts(stage)} restarts`);
        return back;
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
