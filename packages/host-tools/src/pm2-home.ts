import { readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { hasErrno } from '@yoban/shared/errors';
import { commandLine, procStat } from './proc.ts';

/**
 * The folder of a pm2: as configured, else PM2_HOME, else ~/.pm2. A link is followed, since a socket's path must be short and
 * the kit links a long one to a short folder. Asked anew each time: the folder may come after us.
 */
export function pm2Home(configured: string | null, env: NodeJS.ProcessEnv = process.env): string {
  const home = path.resolve(configured ?? env.PM2_HOME ?? path.join(homedir(), '.pm2'));
  try {
    return realpathSync(home);
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return home;
    throw error;
  }
}

/** The pid that a pid file names, or null when there is no file or no number in it. */
export function readPidFile(file: string): number | null {
  try {
    const pid = Number(readFileSync(file, 'utf8').trim());
    return Number.isInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (hasErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * The pid of the daemon ("God") of a pm2 home while it lives, else null. Whoever runs the pm2 program without one starts an
 * empty daemon by accident, which then answers that nothing is there.
 */
export function pm2DaemonPid(home: string): number | null {
  const pid = readPidFile(path.join(home, 'pm2.pid'));
  if (pid === null || procStat(pid) === null) return null;
  return commandLine(pid)?.includes('God Daemon') ? pid : null;
}
