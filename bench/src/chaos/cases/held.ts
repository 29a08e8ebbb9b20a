import { setTimeout as sleep } from 'node:timers/promises';
import { isoTime } from '@yoban/shared/contracts/time';
import { tryFileLock } from '@yoban/shared/file-lock';
import { announceMaintenance, endMaintenance } from '@yoban/shared/maintenance';
import type { Took } from '@yoban/shared/testing/own-time';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { type ChaosCase, neverMs, type Stage } from '../chaos-case.ts';

const everywhere = ['command', 'pm2', 'systemd-user'] as const;
/** Longer than it takes to find a hang and to begin to repair it. */
const longEnoughMs = 12_000;
const hangBoundMs = 15_000;

const hang = ({ pid }: Stage) => process.kill(pid, 'SIGSTOP');

function announce({ kit }: Stage, service: string): void {
  const now = Date.now();
  announceMaintenance(`${kit.home}/run`, {
    ...{ service, reason: 'chaos', actor: 'chaos' },
    ...{ since: isoTime(now), until: isoTime(now + 120_000) },
  });
}

/** From `free` on. */
async function restartedAfter(stage: Stage, free: () => void): Promise<Took> {
  free();
  const took = stage.startTook();
  await stage.back(stage.pid, neverMs);
  return took();
}

function lockOf({ kit }: Stage) {
  const lock = tryFileLock(`${kit.home}/run/locks/demo.act.lock`);
  if (!lock) throw new Error('the lock is taken');
  return lock;
}

async function restartedOnce(stage: Stage): Promise<void> {
  hang(stage);
  await stage.back(stage.pid, neverMs);
}

const dependsOnRedis = () => ({ dependsOn: ['store'] });

/** A service of its own beside the guarded one: only its standing matters here. */
const store: ChaosCase['others'] = ({ url }) => ({
  store: {
    supervisor: { kind: 'none' },
    probes: {
      ping: {
        ...{ type: 'command', argv: ['redis-cli', '-s', url.replace('unix://', ''), 'ping'], contains: ['PONG'] },
        ...{ every: '1s', timeout: '2s' },
      },
    },
    faults: { gone: { anyOf: ['ping'], ladder: [{ on: 'fault', notify: 'critical' }] } },
  },
});

/** What keeps a repair from being begun, and for how long. */
export const held: ChaosCase[] = [
  {
    ...{ n: '3b', on: everywhere, boundMs: hangBoundMs },
    fault: {
      what: 'SIGSTOP within announced maintenance: left alone, nobody told; restarted after its end, from which its time counts',
      run: async (stage) => {
        announce(stage, 'demo');
        hang(stage);
        await stage.untouched(longEnoughMs);
        const [told] = stage.kit.told();
        if (told) throw new Error(`people were told: ${told.text}`);
        return restartedAfter(stage, () => endMaintenance(`${stage.kit.home}/run`, 'demo'));
      },
    },
    twin: {
      what: 'maintenance of another service: restarted as ever',
      run: async (stage) => {
        announce(stage, 'other');
        await restartedOnce(stage);
      },
    },
  },
  {
    ...{ n: '3c', on: everywhere, boundMs: hangBoundMs },
    fault: {
      what: 'SIGSTOP while another program works on the service (it has the lock): waits; restarted after its release, from which its time counts',
      run: async (stage) => {
        const lock = lockOf(stage);
        hang(stage);
        const boots = stage.app.boots().length;
        await waitFor('it wants to act', () => stage.actions().length > 0, 30_000);
        await sleep(longEnoughMs / 2);
        if (stage.app.boots().length > boots) throw new Error('it was restarted under the hands of another');
        return restartedAfter(stage, lock.release);
      },
    },
    twin: {
      what: 'the lock was taken and is free again: restarted as ever',
      run: async (stage) => {
        lockOf(stage).release();
        await restartedOnce(stage);
      },
    },
  },
  {
    ...{ n: '21b', on: everywhere, boundMs: 10_000, policy: dependsOnRedis, others: store },
    fault: {
      what: 'Redis, on which it depends, is killed, and it answers wrongly: the root is found (its time counts to that) and told, nothing else is; it is left alone',
      run: async (stage) => {
        const took = stage.startTook();
        await stage.kit.redis.kill();
        await waitFor('the root', () => stage.faults('store').includes('gone'), 30_000);
        const found = took();
        await stage.app.untilRestart({ body: 'unhealthy' });
        await stage.untouched(longEnoughMs);
        await stage.app.untilRestart({ body: 'good' });
        await stage.kit.redis.start();
        await stage.heard('CRITICAL', 1, 30_000);
        const wrong = stage.kit.told().find(({ text }) => text.includes('demo'));
        if (wrong) throw new Error(`people were told of what depends on it: ${wrong.text}`);
        return found;
      },
    },
    twin: {
      what: 'Redis lives and it answers wrongly: restarted',
      run: async (stage) => {
        await stage.app.untilRestart({ body: 'unhealthy' });
        await stage.back(stage.pid, 20_000);
      },
    },
  },
];
