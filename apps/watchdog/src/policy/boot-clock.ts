import { readFileSync } from 'node:fs';
import { hasErrno } from '@yoban/shared/errors';

/** The wall clock, and one that nobody can set. */
export interface BootClock {
  /** Epoch ms. */
  now(): number;
  /** Milliseconds since some moment of this boot, alike for every process; never goes back. */
  monotonicMs(): number;
  /** Another one after each boot; what `monotonicMs` says of one tells nothing in the next. */
  bootId: string;
}

/** The kernel's clocks. Off Linux each start of ours counts as a boot. */
export function systemClock(): BootClock {
  return {
    now: Date.now,
    monotonicMs: () => Number(process.hrtime.bigint() / 1_000_000n),
    bootId: readBootId() ?? `process-${process.pid}-${Date.now()}`,
  };
}

function readBootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (hasErrno(error, 'ENOENT', 'EACCES')) return null;
    throw error;
  }
}
