import { readdirSync } from 'node:fs';
import type { ProbeConfigOf } from '@yoban/shared/policy/probe-config';
import { commandLine, procStat } from '../proc.ts';
import { framedLook } from './framed-look.ts';
import type { PolicyProbe, ProbeAround } from './policy-probe.ts';
import { bad, good } from './verdict.ts';

/**
 * Processes whose command line matches run (V3). Neither we nor what we ourselves started count: a program that looks for the
 * same words would find itself. In a container only its own processes are to be seen.
 */
export function createProcessMatchProbe(
  { match, min, timeout }: ProbeConfigOf<'process'>,
  { now }: ProbeAround,
): PolicyProbe {
  const pattern = new RegExp(match, 'u');
  return {
    look: framedLook({ timeoutMs: timeout, now }, () => {
      const count = numbersIn('/proc').filter((pid) => isMatch(pid, pattern)).length;
      const measured = { value: count, unit: 'count' } as const;
      if (count >= min) return good(`${count} run`, measured);
      return bad(count === 0 ? `no process matches ${match}` : `${count} of ${min} processes match ${match}`, measured);
    }),
    close: () => undefined,
  };
}

const numbersIn = (folder: string): number[] =>
  readdirSync(folder)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function isMatch(pid: number, pattern: RegExp): boolean {
  const line = pid === process.pid ? null : commandLine(pid);
  if (!line || !pattern.test(line)) return false;
  // A zombie keeps no command line, and one that ended since has no parent.
  const stat = procStat(pid);
  return stat !== null && stat.parentPid !== process.pid;
}
