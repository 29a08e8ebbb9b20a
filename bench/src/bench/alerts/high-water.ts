import { readFileSync } from 'node:fs';

/** Sum of the highest resident memory these processes have had so far, MB. */
export function highWaterMb(pids: readonly number[]): number {
  const kb = pids.map((pid) => Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0));
  return kb.reduce((sum, one) => sum + one, 0) / 1_024;
}
