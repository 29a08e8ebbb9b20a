import { execFile } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '@yoban/shared/testing/wait-for';
import type { ChaosCase } from '../chaos-case.ts';
import type { FaultyApp } from '../faulty-app.ts';
import { usualPolicy } from '../usual-policy.ts';

const run = promisify(execFile);
const memoryLimitMb = 300;
const diskMb = 8;

function memoryPolicy(app: FaultyApp): object {
  const usual = usualPolicy(app);
  const verify = { probes: ['memory', 'health'], within: '20s' };
  return {
    probes: {
      ...(usual.probes as object),
      memory: {
        type: 'resource',
        metric: 'rss_mb',
        max: memoryLimitMb,
        fall: 2,
        recheck: { times: 1, every: '1s' },
        role: 'resource',
      },
    },
    actions: {
      ...(usual.actions as object),
      clean: { kind: 'exec', argv: ['true'], timeout: '5s' },
      reload: { kind: 'supervisor', op: 'reload' },
    },
    faults: {
      ...(usual.faults as object),
      memory: {
        ...{ anyOf: ['memory'], severity: 'warning', evidence: ['status'] },
        ladder: [
          { on: 'fault', do: ['clean'], verify: { probes: ['memory'], within: '3s' } },
          { on: 'prev_unverified', do: ['reload'], notify: 'warning', verify },
          { on: 'prev_unverified', notify: 'critical', halt: true },
        ],
      },
    },
  };
}

const smallDisk = (app: FaultyApp) => path.join(app.dir, 'small-disk');

function diskPolicy(app: FaultyApp): object {
  const usual = usualPolicy(app);
  return {
    probes: {
      ...(usual.probes as object),
      disk: { type: 'resource', metric: 'disk_used_pct', path: smallDisk(app), max: 90, every: '2s', role: 'resource' },
    },
    actions: {
      ...(usual.actions as object),
      rotate: { kind: 'rotate_logs', paths: [`${smallDisk(app)}/*.log`], keep: 1 },
      clear: { kind: 'clear_temp', folders: [`${smallDisk(app)}/temp`], olderThan: '1ms' },
    },
    faults: {
      ...(usual.faults as object),
      disk: {
        ...{ anyOf: ['disk'], severity: 'warning' },
        ladder: [
          { on: 'fault', do: ['clear', 'rotate'], notify: 'warning', verify: { probes: ['disk'], within: '10s' } },
        ],
      },
    },
  };
}

const usedPct = (dir: string): number => {
  const { blocks, bfree } = statfsSync(dir);
  return (1 - bfree / blocks) * 100;
};

/** A file system of its own in the folder of the app. Needs root, as the mount of any disk does. */
async function onSmallDisk(app: FaultyApp, act: (dir: string) => Promise<void>): Promise<void> {
  const dir = smallDisk(app);
  mkdirSync(dir);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m`, 'tmpfs', dir]);
  try {
    mkdirSync(path.join(dir, 'temp'));
    await act(dir);
  } finally {
    await run('umount', ['-l', dir]);
  }
}

const megabytes = (count: number) => Buffer.alloc(Math.round(count * 1_048_576), 120);

export const resources: ChaosCase[] = [
  {
    ...{ n: '12', on: ['command', 'pm2', 'systemd-user'], boundMs: 45_000, policy: memoryPolicy },
    fault: {
      what: `grows by 60 MB a second past ${memoryLimitMb} MB: cleaned up, then reloaded, not restarted`,
      run: async (stage) => {
        await stage.app.untilRestart({ leakMbPerSecond: 60 });
        await stage.back(stage.pid, 45_000);
        await waitFor('both steps', () => stage.actions().length >= 2, 5_000);
        if (stage.actions().some(({ action }) => action === 'restart')) throw new Error('it was restarted, too');
      },
    },
    twin: {
      what: `stays at about ${memoryLimitMb - 80} MB: left alone`,
      run: async (stage) => {
        await stage.app.untilRestart({ leakMbPerSecond: 60, leakUpToMb: 130 });
        await stage.untouched(15_000);
      },
    },
  },
  {
    ...{ n: '13', on: ['command'], boundMs: 30_000, policy: diskPolicy },
    fault: {
      what: `a disk of ${diskMb} MB filled by logs and temporary files: cleared and rotated, room again`,
      run: ({ app, actions }) =>
        onSmallDisk(app, async (dir) => {
          writeFileSync(path.join(dir, 'temp', 'old'), megabytes(3));
          writeFileSync(path.join(dir, 'app.log'), megabytes(4.6));
          await waitFor('clear and rotate', () => actions().length >= 2, 25_000);
          await waitFor('room again', () => usedPct(dir) < 90, 10_000);
        }),
    },
    twin: {
      what: 'the same disk at two thirds: left alone',
      run: (stage) =>
        onSmallDisk(stage.app, async (dir) => {
          writeFileSync(path.join(dir, 'app.log'), megabytes(5));
          await stage.untouched(10_000);
        }),
    },
  },
];
