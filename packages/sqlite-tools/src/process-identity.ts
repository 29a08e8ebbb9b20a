import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { hasErrno } from '@yoban/shared/errors';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  host: string;
  pid: number;
  /** Clock ticks since boot at its start, as text; `0` where there is no /proc. */
  startTicks: string;
}

async function startTicksOf(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The command stands in brackets and may hold anything; the fields are counted after the last one.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0';
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ESRCH')) throw error;
    return process.platform === 'linux' ? null : startTicksBySignal(pid);
  }
}

function startTicksBySignal(pid: number): string | null {
  try {
    process.kill(pid, 0);
    return '0';
  } catch (error) {
    if (hasErrno(error, 'ESRCH')) return null;
    if (hasErrno(error, 'EPERM')) return '0';
    throw error;
  }
}

export async function ownIdentity(): Promise<ProcessIdentity> {
  return { host: hostname(), pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? '0' };
}

/** `unknown` for a process of another host or container, which cannot be asked from here. */
export async function holderState(holder: ProcessIdentity): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.host !== hostname()) return 'unknown';
  return (await startTicksOf(holder.pid)) === holder.startTicks ? 'alive' : 'dead';
}
