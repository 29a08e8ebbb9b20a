import { readdirSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { watchPm2 } from '../pm2-events.ts';
import { pm2DaemonPid, pm2Home, readPidFile } from '../pm2-home.ts';
import { createProcessProbe } from '../probes/process.ts';
import { commandLine, isRunning, procStat, readProc, startedAtMs } from '../proc.ts';
import type { Pm2App } from './pm2-apps.ts';
import { lookAtPm2 } from './pm2-daemon.ts';
import { createPm2Hands, runningOf } from './pm2-hands.ts';
import { createPm2Program } from './pm2-program.ts';
import type { RunningProcess, Supervisor, SupervisorEvent, SupervisorStatus } from './supervisor.ts';

export interface Pm2Options {
  /** Name of the app in pm2. */
  name: string;
  home: string | null;
  /** The file that declares the app; null = it is not known, so a recreation is a restart. */
  ecosystem?: string | null;
}

const eventNames: Record<string, SupervisorEvent['event']> = {
  exit: 'exit',
  online: 'online',
  'restart overlimit': 'gave-up',
};

/** A service under pm2, in fork mode (of several instances the first is looked at). */
export function createPm2({ name, home: configured, ecosystem = null }: Pm2Options): Supervisor {
  const home = () => pm2Home(configured);
  const program = createPm2Program(name, home);
  const probe = createProcessProbe();
  let running: RunningProcess | null = null;
  const processNow = () => {
    // The look of every second: one small file while the same process runs.
    if (running === null || !isRunning(running)) running = findProcess(home(), name);
    return running;
  };
  const hands = createPm2Hands({ name, home, ecosystem, program });
  return {
    kind: 'pm2',
    describe: async () => statusNow(await program.find()),
    processNow,
    use: () => probe(processNow()?.pid ?? null),
    generation: () => generationOf(pm2DaemonPid(home())),
    ...hands,
    daemon: async () => lookAtPm2(home()),
    logFiles: async () => (await program.find()).logs,
    watch: (onEvent) =>
      watchPm2(configured, ({ event, name: whose, at, restarts }) => {
        const known = eventNames[event];
        if (whose === name && known) onEvent({ event: known, at, restarts });
      }),
  };
}

const generationOf = (daemon: number | null): string | null => {
  const stat = daemon === null ? null : procStat(daemon);
  return stat && `${stat.pid}-${stat.startTicks}`;
};

/** pm2 keeps the number of a dead process while it waits to restart it: only /proc says whether it runs. */
function statusNow(app: Pm2App): SupervisorStatus {
  const stat = runningOf(app);
  return { ...app.status, pid: stat?.pid ?? null, startTicks: stat?.startTicks ?? null };
}

/** From the pid file, which pm2 removes at an exit and writes at a start; a number that now belongs to a stranger does not count. */
function findProcess(home: string, name: string): RunningProcess | null {
  const daemon = pm2DaemonPid(home);
  for (const file of pidFiles(home, name)) {
    const pid = readPidFile(file);
    const stat = pid === null ? null : procStat(pid);
    if (stat && (stat.parentPid === daemon || belongsTo(stat.pid, home))) {
      return { pid: stat.pid, startTicks: stat.startTicks, startedAt: startedAtMs(stat, Date.now()) };
    }
  }
  return null;
}

function pidFiles(home: string, name: string): string[] {
  // As pm2 names them: every character but these becomes a dash.
  const stem = `${name.replace(/[^a-zA-Z0-9\\.-]/g, '-')}-`;
  const folder = path.join(home, 'pids');
  try {
    return readdirSync(folder)
      .filter((file) => file.startsWith(stem) && /^\d+\.pid$/.test(file.slice(stem.length)))
      .map((file) => path.join(folder, file));
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return [];
    throw error;
  }
}

/** For an orphan, whose daemon was killed: its environment or command line still names the pm2 it came from. */
const belongsTo = (pid: number, home: string): boolean =>
  [readProc(`${pid}/environ`), commandLine(pid)].some((text) => text?.includes(home) ?? false);
