import { loadavg } from 'node:os';
import { readProc } from '../../proc.ts';

const hostLines = /^(MemTotal|MemFree|MemAvailable|Buffers|Cached|SwapTotal|SwapFree|Dirty|Shmem|Slab):.*$/gm;
const processLines = /^(Name|State|VmPeak|VmHWM|VmRSS|RssAnon|VmSwap|Threads|voluntary_ctxt_switches):.*$/gm;

/** Memory of the machine, its load, and what /proc says of one process. */
export function memoryText(pid: number | null): string {
  const host = (readProc('meminfo') ?? '').match(hostLines) ?? [];
  const load = `Load: ${loadavg()
    .map((one) => one.toFixed(2))
    .join(' ')}`;
  const pressure = readProc('pressure/memory')?.trim();
  const own =
    pid === null ? ['the process of the service is not known'] : (readProc(`${pid}/status`) ?? '').match(processLines);
  return `${[...host, load, ...(pressure ? [pressure] : []), '', `pid ${pid ?? '-'}`, ...(own ?? ['it has ended'])].join('\n')}\n`;
}
