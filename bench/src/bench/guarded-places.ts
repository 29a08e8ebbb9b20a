import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { createPrivatePm2 } from '@yoban/host-tools/testing/private-pm2';

/** An app in the hands of somebody who starts it again. */
export interface Guarded {
  port: number;
  stop(): Promise<void>;
}

export interface Place {
  dir: string;
  script: string;
  port: number;
}

/** As the container image runs it. With a minimum uptime of 0 no kill counts, so that each restart is the first one. */
export async function startRun({ dir, script, port }: Place): Promise<Guarded & { parent: ChildProcess }> {
  const main = fileURLToPath(import.meta.resolve('@yoban/run/main'));
  const flags = ['--socket', path.join(dir, 'run.sock'), '--log-dir', path.join(dir, 'logs'), '--min-uptime', '0s'];
  const parent = spawn(process.execPath, ['--max-semi-space-size=1', main, ...flags, '--', process.execPath, script], {
    env: { ...process.env, APP_PORT: String(port) },
    stdio: 'ignore',
  });
  const ended = once(parent, 'exit');
  return {
    ...{ port, parent },
    stop: async () => {
      parent.kill('SIGTERM');
      await ended;
    },
  };
}

/** pm2 at its fastest: fork mode, no backoff, no limit. */
export async function startPm2({ script, port }: Place): Promise<Guarded & { godPid: () => number }> {
  const pm2 = createPrivatePm2();
  await pm2.startApp({ name: 'app', script, max_restarts: 1_000_000, env: { APP_PORT: String(port) } });
  return { port, stop: pm2.stop, godPid: () => pm2DaemonPid(pm2.home) ?? 0 };
}
