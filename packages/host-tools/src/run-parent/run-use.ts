import type { ProcessUse } from '../probes/process.ts';
import { cpuPercentBetween } from '../proc.ts';
import type { RunView } from './watch-run.ts';

/** Two beats are 2 s apart; a rate over much less would be of single ticks. */
const leastSpanMs = 1_000;

interface Reading {
  pid: number;
  startTicks: number | null;
  cpuTicks: number;
  heardAt: number;
}

/** Memory and CPU out of what a parent pushes: across pid namespaces nobody else can read them. Null while it is not heard. */
export function createUseReader(): (view: RunView) => ProcessUse | null {
  let before: Reading | null = null;
  let cpuPercent: number | null = null;
  return (view) => {
    const now = view.at === 'connected' ? readingOf(view) : null;
    const same = before?.pid === now?.pid && before?.startTicks === now?.startTicks ? before : null;
    if (!same || !now) {
      before = now;
      cpuPercent = null;
    } else if (now.heardAt - same.heardAt >= leastSpanMs) {
      cpuPercent = cpuPercentBetween(same, now, now.heardAt - same.heardAt);
      before = now;
    }
    return now && { memoryMb: view.last?.memoryMb ?? null, cpuPercent };
  };
}

function readingOf({ last, heardAt }: Extract<RunView, { at: 'connected' }>): Reading | null {
  const { pid, startTicks, cpuTicks } = last;
  return pid === null ? null : { pid, startTicks, cpuTicks: cpuTicks ?? 0, heardAt };
}
