import { type ProcStat, procStat, residentMb } from '../proc.ts';
import type { ProbeAround } from './policy-probe.ts';

export type OwnProcess =
  /** To be read in our own /proc. */
  | { at: 'here'; stat: ProcStat }
  /** In another pid namespace: its number means somebody else here, only its supervisor can measure it. */
  | { at: 'elsewhere' }
  | { at: 'none' }
  | { at: 'unknown' };

/** The service's process as far as we can read it. The start time tells it from a stranger of the same number. */
export function ownProcess(around: Pick<ProbeAround, 'process'>): OwnProcess {
  const running = around.process();
  if (running === undefined) return { at: 'unknown' };
  if (running === null) return { at: 'none' };
  const stat = procStat(running.pid);
  return stat?.startTicks === running.startTicks ? { at: 'here', stat } : { at: 'elsewhere' };
}

/** Resident memory of the service's process, MB of 2^20 bytes; null when it does not run or cannot be measured. */
export function residentNow(around: Pick<ProbeAround, 'process' | 'supervisor'>): number | null {
  const own = ownProcess(around);
  if (own.at === 'here') return residentMb(own.stat.pid);
  return own.at === 'none' ? null : (around.supervisor.use()?.memoryMb ?? null);
}
