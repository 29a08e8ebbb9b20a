import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@yoban/shared/testing/wait-for';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface UserSystemd {
  /** Variables under which programs find it. */
  env: Record<string, string>;
  /** Folder of its unit files. */
  units: string;
  /** Runs a program where this systemd can be seen. */
  run(file: string, args: string[], env?: Record<string, string | undefined>): Promise<Ran>;
  /** One property of a unit, as `systemctl show` has it. */
  show(unit: string, property: string): Promise<string>;
  /** Ends it with everything it runs. */
  stop(): Promise<void>;
}

const program = '/usr/lib/systemd/systemd';

/**
 * A real `systemd --user` of a test's own: in a mount namespace with a /run of its own, so that neither it nor the machine's sees
 * the other. Needs root.
 */
export async function startUserSystemd(dir: string): Promise<UserSystemd> {
  const runtime = '/run/user/0';
  const config = path.join(dir, 'config');
  const units = path.join(config, 'systemd', 'user');
  mkdirSync(units, { recursive: true });
  const env = { XDG_RUNTIME_DIR: runtime, XDG_CONFIG_HOME: config, HOME: dir, PATH: process.env.PATH ?? '' };
  const script = `mount -t tmpfs tmpfs /run && mkdir -p -m 0700 ${runtime} /run/systemd/system && touch "$1" && exec ${program} --user --log-target=null`;
  const mounted = path.join(dir, 'mounted');
  const child = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', mounted], { env, stdio: 'ignore' });
  const target = String(child.pid);
  const run = (file: string, args: string[], more: Record<string, string | undefined> = {}): Promise<Ran> =>
    new Promise((resolve) => {
      const inside = ['--mount', '--target', target, '--', file, ...args];
      execFile('nsenter', inside, { env: { ...env, ...more }, timeout: 90_000 }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
      });
    });
  await waitFor('the namespace', () => existsSync(mounted), 10_000);
  await waitFor('systemd to answer', async () => (await run('systemctl', ['--user', 'list-units'])).code === 0, 30_000);
  return {
    ...{ env, units, run },
    show: async (unit, property) =>
      (await run('systemctl', ['--user', 'show', '--value', '--property', property, unit])).stdout.trim(),
    stop: async () => {
      const ended = once(child, 'exit');
      await run('systemctl', ['--user', 'exit']);
      const late = setTimeout(() => child.kill('SIGKILL'), 20_000);
      await ended;
      clearTimeout(late);
    },
  };
}
