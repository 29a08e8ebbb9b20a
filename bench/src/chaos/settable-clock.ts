import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NotHere } from './not-here.ts';

/** A wall clock of one process that can be set while it runs, as an operator or NTP does; the time since boot goes on. */
export interface SettableClock {
  /** For the process that shall live by it. */
  env: Readonly<Record<string, string>>;
  set(wrongByHours: number): void;
}

const libraries = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`);

/** @throws NotHere where Debian's faketime is not installed. */
export function createSettableClock(dir: string): SettableClock {
  const library = libraries.find(existsSync);
  if (library === undefined) throw new NotHere('a clock can only be set with faketime: apt-get install faketime');
  const file = path.join(dir, 'clock');
  const set = (hours: number) => writeFileSync(file, hours < 0 ? `${hours}h` : `+${hours}h`);
  set(0);
  return {
    set,
    // Read anew at each question; what files say of their age stays as it is.
    env: {
      ...{ LD_PRELOAD: library, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' },
      ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1', NO_FAKE_STAT: '1' },
    },
  };
}
