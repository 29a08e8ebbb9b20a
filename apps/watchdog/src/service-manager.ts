import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { asOpsError } from '@yoban/shared/errors';
import type { StopStack } from '@yoban/shared/lifecycle';
import type { Log } from '@yoban/shared/logger';

const run = promisify(execFile);
const sendLimitMs = 5_000;

export interface ServiceManager {
  /** Says that the service does its work, and from then on that it lives, until the stop stack ends it. */
  ready(stop: Pick<StopStack, 'push'>): Promise<void>;
}

/**
 * systemd above us (Type=notify), or nobody. What it gave us in the environment is taken out of it: a daemon that a repair starts must
 * not speak for us. Node has no datagram sockets of the file system, so the program systemd-notify speaks; the unit needs
 * NotifyAccess=all for that (sd_notify(3), systemd.service(5)).
 */
export function takeServiceManager(env: NodeJS.ProcessEnv, log: Log): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watchdogPid } = env;
  for (const name of ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID']) delete env[name];
  if (!socket) return { ready: async () => undefined };
  const say = createSpeaker(socket, { ...env }, log);
  const isForUs = watchdogPid === undefined || Number(watchdogPid) === process.pid;
  const limitMs = isForUs ? Number(watchdogUs ?? 0) / 1_000 : 0;
  return {
    ready: async (stop) => {
      await say('READY=1');
      // From this event loop: one that is stuck, or a process that is stopped, says nothing. Three in a limit, so that one may be late.
      const timer = limitMs > 0 ? setInterval(() => void say('WATCHDOG=1'), limitMs / 3) : undefined;
      stop.push('service manager', async () => {
        clearInterval(timer);
        await say('STOPPING=1');
      });
    },
  };
}

/** Failing is said once until it works again: each beat would be a line. */
function createSpeaker(socket: string, env: NodeJS.ProcessEnv, log: Log): (state: string) => Promise<void> {
  let failing = false;
  return async (state) => {
    try {
      await run('systemd-notify', [state], {
        env: { ...env, NOTIFY_SOCKET: socket },
        timeout: sendLimitMs,
        killSignal: 'SIGKILL',
      });
      failing = false;
    } catch (error) {
      if (!failing) log.error({ event: 'notify.failed', state, err: asOpsError(error) });
      failing = true;
    }
  };
}
