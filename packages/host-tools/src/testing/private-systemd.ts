import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { runProgram } from '../run-program.ts';

export interface PrivateSystemd {
  /** What XDG_RUNTIME_DIR has to be for whoever asks it. */
  runtimeDir: string;
  /** And XDG_CONFIG_HOME: its units lie in `systemd/user` there. */
  configHome: string;
  /** Writes a unit file and has it read; `lines` are those of its [Service] and other sections. */
  writeUnit(name: string, text: string): Promise<void>;
  /** Starts a unit, whatever the environment of this process says. */
  startUnit(name: string): Promise<void>;
  /** The manager itself, in our own pid namespace. */
  pid(): number;
  /** Ends it with all it runs, and removes its folders. */
  stop(): Promise<void>;
}

/**
 * A real `systemd --user` of a test's own. It starts only on a machine that was booted by systemd, or where a folder in /run says so:
 * in a mount namespace of its own it finds one. Needs root for that, and control groups that may be written.
 */
export async function startPrivateSystemd(): Promise<PrivateSystemd> {
  const dir = mkdtempSync(path.join(tmpdir(), 'ys-'));
  const [runtimeDir, config] = [path.join(dir, 'run'), path.join(dir, 'config')];
  const units = path.join(config, 'systemd', 'user');
  for (const folder of [runtimeDir, units]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: dir,
    XDG_RUNTIME_DIR: runtimeDir,
    XDG_CONFIG_HOME: config,
    LANG: 'C',
  };
  const begin = 'mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/system && exec /lib/systemd/systemd --user';
  const manager = spawn('unshare', ['--mount', '--propagation', 'private', '/bin/sh', '-c', begin], {
    ...{ env, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  let said = '';
  manager.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const systemctl = (...args: string[]) =>
    runProgram({ file: '/usr/bin/env', args: ['systemctl', '--user', ...args], env, timeoutMs: 10_000 });
  await waitFor('systemd --user', async () => {
    if (manager.exitCode !== null) throw new Error(`systemd --user does not start here: ${said}`);
    return (await systemctl('show', '-p', 'Version')).code === 0;
  });
  return {
    runtimeDir,
    configHome: config,
    pid: () => manager.pid ?? 0,
    writeUnit: async (name, text) => {
      writeFileSync(path.join(units, name), text);
      await systemctl('daemon-reload');
    },
    startUnit: async (name) => {
      const { code, stderr } = await systemctl('start', name);
      if (code !== 0) throw new Error(`${name} does not start: ${stderr}`);
    },
    stop: async () => {
      if (manager.exitCode === null && manager.signalCode === null) await endManager(manager, systemctl);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function endManager(manager: ChildProcess, systemctl: (...args: string[]) => Promise<unknown>): Promise<void> {
  const ended = once(manager, 'exit');
  manager.kill('SIGCONT');
  await systemctl('exit');
  const timer = setTimeout(() => manager.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}
