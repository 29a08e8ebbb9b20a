import { setTimeout as sleep } from 'node:timers/promises';
import { OpsError } from '@yoban/shared/errors';
import { isRunning, type ProcStat, procStat } from '../proc.ts';
import type { Pm2App } from './pm2-apps.ts';
import type { Pm2Program } from './pm2-program.ts';
import { resurrectPm2 } from './pm2-resurrect.ts';
import type { Supervisor } from './supervisor.ts';

type Hands = Pick<Supervisor, 'stop' | 'start' | 'restart' | 'reload' | 'resetFailed' | 'resurrect' | 'recreate'>;

interface HandsOptions {
  name: string;
  home: () => string;
  ecosystem: string | null;
  program: Pm2Program;
}

const goneLimitMs = 10_000;

/** What can be done to an app of pm2. */
export function createPm2Hands({ name, home, ecosystem, program: { find, act } }: HandsOptions): Hands {
  const stop = async () => {
    const app = await find();
    const ending = runningOf(app);
    if (app.status.state !== 'stopped') await act('stop', name);
    if (ending) await untilGone(ending, name);
  };
  // pm2's own restart gives a fresh budget; its total count goes on, which people read as history.
  const begin = () => act('restart', name);
  const restart = async () => {
    const { state } = (await find()).status;
    if (state === 'waiting-restart' || state === 'errored') await stop();
    await begin();
  };
  return {
    stop,
    start: async () => {
      const { state } = (await find()).status;
      if (state === 'online' || state === 'launching') return;
      // From "waiting restart" pm2 refuses ("process already exists") and its timer would start a second one.
      if (state !== 'stopped') await act('stop', name);
      await begin();
    },
    restart,
    // In fork mode pm2 does the same for a reload as for a restart; in cluster mode one process after the other.
    reload: async () => {
      const { state } = (await find()).status;
      if (state === 'online') await act('reload', name);
      else await restart();
    },
    resetFailed: () => act('reset', name),
    resurrect: () => resurrectPm2(home(), ecosystem),
    recreate: async () => {
      if (ecosystem === null) return restart();
      await stop();
      await act('delete', name);
      await act('start', ecosystem, '--only', name);
      // C4: what pm2 brings back after a boot is what it saved last.
      await act('save', '--force');
    },
  };
}

/** The process that pm2 names, if it runs. */
export const runningOf = (app: Pm2App): ProcStat | null => (app.status.pid === null ? null : procStat(app.status.pid));

async function untilGone(running: ProcStat, name: string): Promise<void> {
  const deadline = Date.now() + goneLimitMs;
  while (isRunning(running)) {
    if (Date.now() > deadline) {
      throw new OpsError('SUPERVISOR_FAILED', `${name} (pid ${running.pid}) still runs after pm2 stopped it`, {
        hint: `Look at it with: ps -fp ${running.pid}; end it with: kill -9 ${running.pid}`,
      });
    }
    await sleep(20);
  }
}
