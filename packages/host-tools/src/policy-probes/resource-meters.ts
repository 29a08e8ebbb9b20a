import { statfs } from 'node:fs/promises';
import { loadavg } from 'node:os';
import path from 'node:path';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { ProbeConfigOf, ResourceMetric } from '@yoban/shared/policy/probe-config';
import { type HostTicks, hostMemoryPercent, hostTicks } from '../probes/host-load.ts';
import { cpuPercentBetween, type ProcStat, readProc } from '../proc.ts';
import { askOnce } from './ask-once.ts';
import { createReadingWindow } from './core/reading-window.ts';
import { ownProcess, residentNow } from './own-process.ts';
import type { Finding, ProbeAround } from './policy-probe.ts';
import { createRestartMeter } from './restarts-per-hour.ts';

/** What a meter shows now, or why it shows nothing. */
export type Reading = { value: number; unit: Finding['unit'] } | { missing: string };
export type Meter = (signal: AbortSignal) => Reading | Promise<Reading>;

type ResourceConfig = Pick<ProbeConfigOf<'resource'>, 'path' | 'every'>;

const noProcess: Reading = { missing: 'no process runs, or it cannot be measured' };
const noRateYet: Reading = { missing: 'there is no rate before the second look' };
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A rate over less is one of moments. Verifying looks come each second or so, and must see soon that a rate has fallen. */
const rateSpanMs = 2_000;

/** The meter of one metric of the `resource` probe; a rate is since the newest look before that is not just over. */
export function createMeter(metric: ResourceMetric, config: ResourceConfig, around: ProbeAround): Meter {
  const spanMs = Math.min(rateSpanMs, config.every / 2);
  const disk = askOnce(() => diskSpace(config, around));
  switch (metric) {
    case 'rss_mb':
      return () => shown(residentNow(around), 'MB', noProcess);
    case 'cpu_pct':
      return createCpuMeter(spanMs, around);
    case 'restarts_per_hour':
      return restartMeter(around);
    case 'error_rate':
      return async (signal) =>
        shown(await around.reported('error_rate', signal), null, { missing: 'no figure of now is reported' });
    case 'disk_used_pct':
      return async () => shownDisk(await disk(), ({ usedPercent }) => [usedPercent, '%']);
    case 'disk_free_mb':
      return async () => shownDisk(await disk(), ({ freeMb }) => [freeMb, 'MB']);
    case 'host_cpu_pct':
      return createHostCpuMeter(spanMs);
    case 'host_memory_pct':
      return () => shown(hostMemoryPercent(readProc('meminfo') ?? ''), '%', { missing: '/proc/meminfo does not say' });
    case 'load_1m':
      return () => ({ value: rounded(loadavg()[0] ?? 0), unit: null });
    default:
      return metric satisfies never;
  }
}

const shown = (value: number | null, unit: Finding['unit'], missing: Reading): Reading =>
  value === null ? missing : { value: rounded(value), unit };

function createCpuMeter(spanMs: number, around: ProbeAround): Meter {
  const window = createReadingWindow<ProcStat>(spanMs);
  let measured: string | null = null;
  return () => {
    const own = ownProcess(around);
    if (own.at === 'none') return noProcess;
    if (own.at !== 'here') return shown(around.supervisor.use()?.cpuPercent ?? null, '%', noProcess);
    const who = `${own.stat.pid}/${own.stat.startTicks}`;
    if (who !== measured) window.forget();
    measured = who;
    const at = performance.now();
    const base = window.add(own.stat, at);
    return base ? { value: cpuPercentBetween(base.reading, own.stat, at - base.at), unit: '%' } : noRateYet;
  };
}

function createHostCpuMeter(spanMs: number): Meter {
  const window = createReadingWindow<HostTicks>(spanMs);
  return () => {
    const ticks = hostTicks(readProc('stat') ?? '');
    if (!ticks) return { missing: '/proc/stat does not say' };
    const base = window.add(ticks, performance.now());
    const passed = base ? ticks.all - base.reading.all : 0;
    return base && passed > 0
      ? { value: rounded(((ticks.busy - base.reading.busy) / passed) * 100), unit: '%' }
      : noRateYet;
  };
}

function restartMeter(around: ProbeAround): Meter {
  const count = createRestartMeter(around);
  return async () => {
    try {
      return { value: await count(), unit: 'count' };
    } catch (error) {
      if (error instanceof OpsError) return { missing: error.message };
      throw error;
    }
  };
}

interface DiskSpace {
  /** As df shows it: of what users may have, since some is kept for root. */
  usedPercent: number;
  freeMb: number;
}

/** Space of the disk of the folder that is named, else of the home of yoban; null where there is no such folder. */
export async function diskSpace(
  config: Pick<ResourceConfig, 'path'>,
  { baseDir, home }: Pick<ProbeAround, 'baseDir' | 'home'>,
): Promise<DiskSpace | null> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(config.path ? path.resolve(baseDir, config.path) : home);
    const used = blocks - bfree;
    const usedPercent = used + bavail === 0 ? 0 : (used / (used + bavail)) * 100;
    return { usedPercent, freeMb: (bavail * bsize) / 1_048_576 };
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return null;
    throw error;
  }
}

function shownDisk(space: DiskSpace | null, pick: (space: DiskSpace) => [number, Finding['unit']]): Reading {
  if (space === null) return { missing: 'there is no such folder' };
  const [value, unit] = pick(space);
  return { value: rounded(value), unit };
}
