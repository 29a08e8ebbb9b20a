import { readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import { createProcessProbe } from '../probes/process.ts';
import { daemonOf } from './daemon-look.ts';
import type { JournalUnit, RunningProcess, Supervisor, SupervisorState, SupervisorStatus } from './supervisor.ts';
import { createSystemctl, type UnitShow } from './systemctl.ts';
import { mainProcess, SystemdWatch } from './systemd-watch.ts';

const pollMs = 50;
/** Above the 90 s that systemd gives a unit to stop, and another to start. */
const actMs = 100_000;

/** A unit of systemd, or of this user's. Everything is given to systemd without waiting for it, and then looked at until it is so. */
export function createSystemd(unit: JournalUnit): Supervisor {
  const systemctl = createSystemctl(unit);
  const watch = new SystemdWatch(systemctl);
  const probe = createProcessProbe();
  const show = async () => {
    const shown = await systemctl.show();
    watch.learn(shown);
    return shown;
  };
  const until = (what: string, isSo: (shown: UnitShow) => boolean) => untilSo({ unit, show, what, isSo });
  /** After a start limit was hit even a start by hand is refused until this is done. */
  const begin = async (what: 'start' | 'restart') => {
    const before = await show();
    await systemctl.resetFailed();
    await systemctl.act(what, '--no-block', '--', unit.unit);
    await until('start', (shown) => runs(shown) && shown.MainPID !== (what === 'restart' ? before.MainPID : null));
  };
  const start = async () => {
    const shown = await show();
    if (stateOf(shown) !== 'online' || !mainProcess(shown)) await begin('start');
  };
  return {
    kind: unit.user ? 'systemd-user' : 'systemd',
    journal: unit,
    describe: async () => statusOf(await show(), watch.process ?? null),
    processNow: () => watch.process,
    use: () => probe(watch.process?.pid ?? null),
    generation: () => null,
    stop: async () => {
      const before = mainProcess(await show());
      await systemctl.act('stop', '--no-block', '--', unit.unit);
      await until('stop', (shown) => stateOf(shown) !== 'online' && isOver(shown) && before?.pid !== shown.MainPID);
      // What it had failed of before is no state for a unit that was asked to stop.
      await systemctl.resetFailed();
    },
    start,
    restart: () => begin('restart'),
    reload: async () => {
      const before = await show();
      if (before.CanReload !== 'yes' || !runs(before)) return begin('restart');
      await systemctl.act('reload', '--no-block', '--', unit.unit);
      await until('reload', runs);
    },
    resetFailed: async () => {
      await show();
      await systemctl.resetFailed();
    },
    resurrect: start,
    recreate: async () => {
      await systemctl.act('daemon-reload');
      await begin('restart');
    },
    daemon: () => daemonOf(() => systemctl.greet()),
    logFiles: async () => {
      const { MainPID = 0 } = await show();
      return { out: fileAt(MainPID, 1), error: fileAt(MainPID, 2) };
    },
    watch: (onEvent) => watch.start(onEvent),
  };
}

interface Wanted {
  unit: JournalUnit;
  show: () => Promise<UnitShow>;
  what: string;
  isSo: (shown: UnitShow) => boolean;
}

async function untilSo({ unit: { unit, user }, show, what, isSo }: Wanted): Promise<void> {
  const deadline = performance.now() + actMs;
  for (;;) {
    const shown = await show();
    if (isSo(shown)) return;
    const failed = shown.ActiveState === 'failed' && what !== 'stop';
    if (failed || performance.now() > deadline) {
      const why = failed ? `it failed (${shown.Result ?? 'unknown'})` : `it is ${shown.ActiveState}/${shown.SubState}`;
      throw new OpsError('SUPERVISOR_FAILED', `systemd could not ${what} ${unit}: ${why}`, {
        hint: `Read its output: journalctl ${user ? '--user ' : ''}-u ${unit} -n 50`,
      });
    }
    await sleep(pollMs);
  }
}

const runs = (shown: UnitShow): boolean => shown.ActiveState === 'active' && mainProcess(shown) !== null;
const isOver = ({ ActiveState }: UnitShow): boolean => ActiveState === 'inactive' || ActiveState === 'failed';

function stateOf({ ActiveState, SubState }: UnitShow): SupervisorState {
  switch (ActiveState) {
    case 'active':
    case 'reloading':
      return 'online';
    case 'activating':
      return SubState === 'auto-restart' ? 'waiting-restart' : 'launching';
    case 'inactive':
    case 'deactivating':
      return 'stopped';
    case 'failed':
      return 'errored';
    default:
      return 'unknown';
  }
}

function statusOf(shown: UnitShow, main: RunningProcess | null): SupervisorStatus {
  const limit = Number(shown.MemoryMax);
  return {
    state: stateOf(shown),
    pid: main?.pid ?? null,
    startTicks: main?.startTicks ?? null,
    startedAt: main?.startedAt ?? null,
    restarts: shown.NRestarts ?? null,
    // Its limit is of starts within a few seconds, which it does not tell the count of.
    unstableRestarts: null,
    restartLimit: shown.StartLimitBurst ?? null,
    minUptimeMs: null,
    memoryLimitMb: Number.isFinite(limit) ? Math.round(limit / 1_048_576) : null,
    gaveUp: shown.ActiveState === 'failed',
  };
}

/** Where a stream of a process goes when that is a file; systemd tells only that it is one. */
function fileAt(pid: number, descriptor: 1 | 2): string | null {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return target.startsWith('/') && !target.startsWith('/dev/') ? target : null;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return null;
    throw error;
  }
}
