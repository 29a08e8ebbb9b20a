import type { ContainerStats } from '@yoban/shared/contracts/engine';
import type { ProcessUse } from '../probes/process.ts';
import type { RunningProcess } from '../supervisors/supervisor.ts';

const mb = 1_048_576;
const nsPerMs = 1_000_000;
/** A rate over much less would be of single ticks. */
const leastSpanMs = 1_000;

interface Reading {
  startTicks: number;
  cpuMs: number;
  atMs: number;
}

/** Takes samples of a container and gives memory and CPU of all its processes; null while no sample is of the process that runs. */
export function createContainerUse(): {
  take(process: RunningProcess, stats: ContainerStats | null): void;
  forget(): void;
  now(): ProcessUse | null;
} {
  let before: Reading | null = null;
  let use: ProcessUse | null = null;
  const forget = () => {
    before = null;
    use = null;
  };
  return {
    forget,
    now: () => use,
    take: ({ startTicks }, stats) => {
      const memoryMb = stats && memoryOf(stats);
      // A container that has just ended still gives a sample, an empty one.
      if (!stats || memoryMb === null) return forget();
      const now = { startTicks, cpuMs: stats.cpu_stats.cpu_usage.total_usage / nsPerMs, atMs: Date.parse(stats.read) };
      const same = before?.startTicks === startTicks ? before : null;
      const spanMs = same ? now.atMs - same.atMs : 0;
      const isLong = spanMs >= leastSpanMs;
      const rate = same && isLong ? Math.round((Math.max(0, now.cpuMs - same.cpuMs) / spanMs) * 1_000) / 10 : null;
      use = { memoryMb, cpuPercent: rate ?? (same ? (use?.cpuPercent ?? null) : null) };
      if (!same || isLong) before = now;
    },
  };
}

/** As the engine's own client counts it: without the file cache that the kernel gives back when it is asked. */
function memoryOf({ memory_stats: { usage, stats } }: ContainerStats): number | null {
  if (!usage) return null;
  const cache = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  return Math.round((Math.max(0, usage - cache) / mb) * 10) / 10;
}
