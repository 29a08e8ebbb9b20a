import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessFacts {
  pid: number;
  parentPid: number;
  group: number;
  session: number;
  /** Clock ticks since boot at its start. */
  startTicks: number;
  /** User and system time, ticks of 10 ms. */
  cpuTicks: number;
}

/** Text of a /proc file; null when the process has ended or is another user's. @throws any other system error. */
function readProc(relative: string): string | null {
  try {
    return readFileSync(`/proc/${relative}`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && gone.has(String(error.code))) return null;
    throw error;
  }
}

const gone = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM']);

interface Stat extends ProcessFacts {
  state: string;
}

function readStat(pid: number): Stat | null {
  const text = readProc(`${pid}/stat`);
  if (text === null) return null;
  // The name stands in brackets and may hold anything: fields are counted from its last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? '',
    parentPid: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
    cpuTicks: Number(fields[11]) + Number(fields[12]),
  };
}

/** The process with this number, or null when there is none; a zombie has ended, its parent only has not looked yet. */
export function readProcess(pid: number): ProcessFacts | null {
  const stat = readStat(pid);
  return stat === null || stat.state === 'Z' || stat.state === 'X' ? null : stat;
}

/** Of a child of ours that we have not reaped yet, so that its number is still its own even when it has ended. */
export const startTicksOf = (pid: number): number | null => readStat(pid)?.startTicks ?? null;

/** Every process that can be seen. */
export const listProcesses = (): ProcessFacts[] =>
  readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : []));

/** True when the process was started with exactly this `NAME=value`; false too for a process that may not be asked. */
export const hasVariable = (pid: number, entry: string): boolean =>
  readProc(`${pid}/environ`)?.split('\0').includes(entry) ?? false;

/** Resident memory, MB of 2^20 bytes; null when the process has ended. */
export function residentMb(pid: number): number | null {
  const match = /^VmRSS:\s+(\d+) kB/m.exec(readProc(`${pid}/status`) ?? '');
  return match ? Math.round((Number(match[1]) / 1_024) * 10) / 10 : null;
}

/** `pid:[4026531836]`. */
export const pidNamespace = (): string => readlinkSync('/proc/self/ns/pid');

/** Another one after each boot: ticks and pids of one boot mean nothing in the next. */
export const bootId = (): string => (readProc('sys/kernel/random/boot_id') ?? '').trim();
