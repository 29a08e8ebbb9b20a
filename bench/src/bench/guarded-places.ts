import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { createPrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { startPrivateSystemd } from '@yoban/host-tools/testing/private-systemd';

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

/** systemd at its fastest: no pause before a restart, no limit. Throws where it does not run. */
export async function startSystemd({ script, port }: Place): Promise<Guarded> {
  const systemd = await startPrivateSystemd();
  const unit = 'app.service';
  const service = [
    `Environment=APP_PORT=${port}`,
    `ExecStart=${process.execPath} ${script}`,
    'Restart=always',
    'RestartSec=0',
  ];
  try {
    await systemd.writeUnit(unit, ['[Unit]', 'StartLimitIntervalSec=0', '[Service]', ...service, ''].join('\n'));
    await systemd.startUnit(unit);
  } catch (error) {
    await systemd.stop();
    throw error;
  }
  return { port, stop: systemd.stop };
}

/** Seconds between two cycles of Monit, and how many bad ones it takes; the closest it can come to our profile. */
export const monitCycle = { everyS: 5, timeoutS: 2, badCycles: 2 };

/** Debian's Monit in the foreground: it starts the app, looks at its process and at its answer, and restarts it. */
export async function startMonit({ dir, script, port }: Place): Promise<Guarded> {
  const pidFile = path.join(dir, 'app.pid');
  const start = path.join(dir, 'start.sh');
  const stop = path.join(dir, 'stop.sh');
  const run = `APP_PORT=${port} setsid '${process.execPath}' '${script}' >/dev/null 2>&1 </dev/null &\necho $! >'${pidFile}'`;
  writeFileSync(start, `#!/bin/sh\n${run}\n`, { mode: 0o755 });
  writeFileSync(stop, `#!/bin/sh\nkill -9 "$(cat '${pidFile}')"\n`, { mode: 0o755 });
  const { everyS, timeoutS, badCycles } = monitCycle;
  const config = path.join(dir, 'monitrc');
  const lines = [
    `set daemon ${everyS}`,
    `set idfile ${dir}/id`,
    `set statefile ${dir}/state`,
    `check process app with pidfile ${pidFile}`,
    `  start program = "${start}"`,
    `  stop program = "${stop}"`,
    `  if failed host 127.0.0.1 port ${port} protocol http request "/" with timeout ${timeoutS} seconds for ${badCycles} cycles then restart`,
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const args = ['-I', '-c', config, '-p', path.join(dir, 'monit.pid'), '-l', path.join(dir, 'monit.log')];
  const monit = spawn('monit', args, { stdio: 'ignore' });
  const ended = once(monit, 'exit');
  return {
    port,
    stop: async () => {
      monit.kill('SIGTERM');
      await ended;
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    },
  };
}
