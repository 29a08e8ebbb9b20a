import { cpuPercentBetween, type ProcStat, procStat, residentMb } from '../proc.ts';
import type { Observed } from './probe.ts';

export interface ProcessUse {
  memoryMb: number | null;
  /** Of one core, since the look before; null at the first look at a process. */
  cpuPercent: number | null;
}

/** Memory and CPU of a process that may change between looks; null when it does not run. Two reads of /proc. */
export function createProcessProbe(): (pid: number | null) => Observed<ProcessUse> | null {
  let before: { stat: ProcStat; at: number } | null = null;
  return (pid) => {
    const observedAt = Date.now();
    const at = performance.now();
    const stat = pid === null ? null : procStat(pid);
    const last = before;
    before = stat && { stat, at };
    if (!stat) return null;
    const same = last?.stat.pid === stat.pid && last.stat.startTicks === stat.startTicks ? last : null;
    const cpuPercent = same ? cpuPercentBetween(same.stat, stat, at - same.at) : null;
    return { observedAt, memoryMb: residentMb(stat.pid), cpuPercent };
  };
}
