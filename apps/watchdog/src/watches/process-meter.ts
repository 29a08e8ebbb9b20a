import type { ProcessUse } from '@yoban/host-tools/probes/process';
import type { RunningProcess, Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import { SECOND } from '@yoban/shared/contracts/time';
import { createCpuWindow } from '../core/cpu-window.ts';

export interface ProcessMeter {
  /** Memory and CPU of the process that runs; null where none is known to. */
  read(running: RunningProcess | null, now: number): ProcessUse | null;
  /** CPU over its limit for the whole window (H2). */
  readonly sustained: boolean;
}

/** A rate over less than a second says nothing: two samples close together share one measurement. */
export function createProcessMeter(supervisor: Supervisor): ProcessMeter {
  const cpu = createCpuWindow();
  let last: (ProcessUse & { startTicks: number; at: number }) | null = null;
  return {
    read: (running, now) => {
      if (last && last.startTicks === running?.startTicks && now - last.at < SECOND) return last;
      const use = running && supervisor.use();
      cpu.add(use?.cpuPercent ?? null, now);
      last = use && { ...use, startTicks: running.startTicks, at: now };
      return last;
    },
    get sustained() {
      return cpu.sustained;
    },
  };
}
