import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hasErrno, OpsError } from '@yoban/shared/errors';

/** USER_HZ is 100 on every Linux that Node runs on; /proc counts CPU and start times in it (proc_pid_stat(5)). */
const ticksPerSecond = 100;

export interface ProcStat {
  pid: number;
  parentPid: number;
  /** Ticks since boot at its start: with the pid, an identity that a later process cannot have. */
  startTicks: number;
  /** User and system time, ticks. */
  cpuTicks: number;
}

/**
 * Text of a /proc file; null when the process has ended or is another user's.
 * @throws OpsError SUPERVISOR_UNAVAILABLE where there is no /proc.
 */
export function readProc(relative: string): string | null {
  try {
    return readFileSync(`/proc/${relative}`, 'utf8');
  } catch (error) {
    if (process.platform !== 'linux') {
      throw new OpsError('SUPERVISOR_UNAVAILABLE', 'process state is read from /proc, which only Linux has', {
        hint: 'Run yoban on Linux, or in its containers.',
        retryable: false,
      });
    }
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return null;
    throw error;
  }
}

/** The process with this number, or null when there is none; a zombie has ended. */
export function procStat(pid: number): ProcStat | null {
  const text = readProc(`${pid}/stat`);
  if (text === null) return null;
  // The command stands in brackets and may hold anything: fields are counted from its last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return {
    pid,
    parentPid: Number(fields[1]),
    startTicks: Number(fields[19]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
  };
}

/** True while exactly the process with this start time runs. */
export const isRunning = (process: Pick<ProcStat, 'pid' | 'startTicks'>): boolean =>
  procStat(process.pid)?.startTicks === process.startTicks;

/** When a process started, epoch ms at a resolution of 10 ms. */
export function startedAtMs(stat: Pick<ProcStat, 'startTicks'>, now: number): number {
  const uptimeS = Number(readProc('uptime')?.split(' ')[0] ?? 0);
  return Math.round(now - uptimeS * 1_000 + (stat.startTicks * 1_000) / ticksPerSecond);
}

/** Resident memory in MB (2^20 bytes), or null when the process has ended. */
export function residentMb(pid: number): number | null {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`) ?? '');
  return match ? Math.round((Number(match[1]) / 1_024) * 10) / 10 : null;
}

/** CPU use between two looks at one process, percent of one core. */
export function cpuPercentBetween(
  before: Pick<ProcStat, 'cpuTicks'>,
  after: Pick<ProcStat, 'cpuTicks'>,
  elapsedMs: number,
): number {
  if (elapsedMs <= 0) return 0;
  const busyMs = ((after.cpuTicks - before.cpuTicks) * 1_000) / ticksPerSecond;
  return Math.round((Math.max(0, busyMs) / elapsedMs) * 1_000) / 10;
}

/** The pid namespace we live in, as `pid:[…]`; null where /proc does not say. Numbers of another one are not ours to look up. */
export function ownPidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'EACCES', 'EPERM')) return null;
    throw error;
  }
}

/** Command line of a process with spaces between its words, or null when it has ended. */
export const commandLine = (pid: number): string | null =>
  readProc(`${pid}/cmdline`)?.split('\0').join(' ').trim() ?? null;

/** Numbers of all processes that we can see. */
export const processIds = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** What a process was started with; empty for one that has ended or is another user's. */
export function environmentOf(pid: number): ReadonlyMap<string, string> {
  const pairs = (readProc(`${pid}/environ`) ?? '').split('\0');
  return new Map(pairs.map((pair) => [pair.split('=', 1)[0] ?? '', pair.slice(pair.indexOf('=') + 1)]));
}

/** A process, its parent, and so on up. */
export function ancestorsOf(pid: number): number[] {
  const parent = procStat(pid)?.parentPid ?? 0;
  return parent > 0 ? [pid, ...ancestorsOf(parent)] : [pid];
}

export interface FileHolder {
  pid: number;
  command: string;
  file: string;
}

/** Every process of ours that has one of these files open now; files that do not exist have no holder. Other users' are not seen. */
export function holdersOf(files: readonly string[]): FileHolder[] {
  const wanted = files.flatMap((file) => {
    const id = fileId(file);
    return id ? [{ file, id }] : [];
  });
  if (wanted.length === 0) return [];
  return processIds().flatMap((pid) => {
    const open = new Set(openFileIds(pid));
    return wanted.filter(({ id }) => open.has(id)).map(({ file }) => ({ pid, command: commandLine(pid) ?? '', file }));
  });
}

/** Device and inode (`dev:ino`) of every file that a process of ours has open now. Other users' are not seen, but by root. */
export const openFiles = (): ReadonlySet<string> => new Set(processIds().flatMap(openFileIds));

function openFileIds(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => fileId(`/proc/${pid}/fd/${fd}`) ?? []);
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return [];
    throw error;
  }
}

/** Device and inode, since a path may name the same file differently in another mount namespace. */
function fileId(path: string): string | null {
  try {
    const { dev, ino } = statSync(path);
    return `${dev}:${ino}`;
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENXIO')) return null;
    throw error;
  }
}
