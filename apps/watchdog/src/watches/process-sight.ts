import type { RunningProcess, Supervisor } from '@yoban/host-tools/supervisors/supervisor';
import type { Log } from '@yoban/shared/logger';
import type { Running } from '../core/process-fault.ts';

export interface ProcessSight {
  /** Looks through the supervisor; while that cannot tell, what was seen last stands, at first `remembered`. */
  look(now: number, remembered: Running | null): Running | null;
  /** Whether the supervisor could tell at the last look. */
  readonly isClear: boolean;
  /** Since when this process is there for us, epoch ms; null while none is. */
  readonly since: number | null;
}

/** What can be seen of one process, told apart from what is only remembered. */
export function createProcessSight(supervisor: Supervisor, service: string, log: Log): ProcessSight {
  let running: Running | null = null;
  let isClear = false;
  let since: number | null = null;
  const asRunning = ({ pid, startTicks, startedAt }: RunningProcess): Running => {
    if (running?.pid === pid && running.startTicks === startTicks) return running;
    return { pid, startTicks, startedAt, under: supervisor.generation() };
  };
  return {
    look: (now, remembered) => {
      const found = supervisor.processNow();
      const before = running;
      running = found === undefined ? (running ?? remembered) : found && asRunning(found);
      if (running?.startTicks !== before?.startTicks) since = running && now;
      if (isClear !== (found !== undefined)) {
        isClear = !isClear;
        log.info({ event: isClear ? 'process.in_sight' : 'process.out_of_sight', service });
      }
      return running;
    },
    get isClear() {
      return isClear;
    },
    get since() {
      return since;
    },
  };
}
