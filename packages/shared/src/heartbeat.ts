import { lstatSync, lutimesSync } from 'node:fs';
import path from 'node:path';
import { hasErrno } from './errors.ts';
import { isPlainFile, replaceFixedName } from './fixed-name-file.ts';
import type { StopStack } from './lifecycle.ts';
import { makeFolder } from './make-folder.ts';

/** A service without a port is alive while this file is younger than 15 s. */
export const heartbeatMaxAgeMs = 15_000;
const beatEveryMs = 5_000;

export const heartbeatFile = (runDir: string, service: string): string => path.join(runDir, `${service}.heartbeat`);

/** Touches the heartbeat file from this process's event loop, so that a stuck loop or a SIGSTOP lets it grow old. */
export function startHeartbeat(runDir: string, service: string, stop: StopStack): void {
  const file = heartbeatFile(runDir, service);
  makeFolder(runDir, { mode: 0o700 });
  const write = () => replaceFixedName(file, `${process.pid}\n`);
  const beat = () => {
    if (!isPlainFile(file)) return write();
    const now = new Date();
    try {
      // Not utimes, which would follow a link put there since the look.
      lutimesSync(file, now, now);
    } catch (error) {
      if (!hasErrno(error, 'ENOENT')) throw error;
      write();
    }
  };
  write();
  const timer = setInterval(beat, beatEveryMs);
  stop.push('heartbeat', () => clearInterval(timer));
}

/** Age of a service's heartbeat in ms; null when it never beat. */
export function heartbeatAgeMs(runDir: string, service: string, now: number): number | null {
  try {
    return now - lstatSync(heartbeatFile(runDir, service)).mtimeMs;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}
