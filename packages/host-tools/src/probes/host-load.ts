import { loadavg } from 'node:os';
import { readProc } from '../proc.ts';
import type { Observed } from './probe.ts';

export interface HostLoad {
  /** Of all cores together, since the look before; null at the first look. */
  cpuPercent: number | null;
  load1m: number;
  /** In use without caches; null where the machine does not say. */
  memoryPercent: number | null;
}

export interface HostTicks {
  busy: number;
  all: number;
}

/** Busy and all ticks in the first line of /proc/stat (proc_stat(5)); waiting for a disk is not work. */
export function hostTicks(text: string): HostTicks | null {
  const line = /^cpu +(.+)$/m.exec(text);
  // user nice system idle iowait irq softirq steal; guest time is in user already.
  const ticks = line?.[1]?.split(' ').slice(0, 8).map(Number);
  if (!ticks || ticks.length < 5) return null;
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0), all };
}

/** What is in use and cannot be given back: caches are not counted (proc_meminfo(5)). */
export function hostMemoryPercent(text: string): number | null {
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN);
  const percent = (1 - field('MemAvailable') / field('MemTotal')) * 100;
  return Number.isNaN(percent) ? null : percent;
}

/** CPU use of the whole machine, its load, and its memory. */
export function createHostLoadProbe(): () => Observed<HostLoad> {
  let before: HostTicks | null = null;
  return () => {
    const now = hostTicks(readProc('stat') ?? '');
    const passed = before && now ? now.all - before.all : 0;
    const cpuPercent = before && now && passed > 0 ? round(((now.busy - before.busy) / passed) * 100) : null;
    before = now;
    const memory = hostMemoryPercent(readProc('meminfo') ?? '');
    const memoryPercent = memory === null ? null : round(memory);
    return { observedAt: Date.now(), cpuPercent, load1m: round(loadavg()[0] ?? 0), memoryPercent };
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;
