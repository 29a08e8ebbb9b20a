import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { freePort } from '@yoban/shared/testing/free-port';
import { isAlive } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Pids of all processes that were started with this home in their environment. */
function processesOf(home: string): number[] {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`YOBAN_HOME=${home}`) && isAlive(pid);
    } catch {
      // It ended while the list was read.
      return false;
    }
  });
}

/** Whether it is Node's `--watch` in this folder: the service it watches is named there alone, not in its command line. */
function watches(pid: number, folder: string): boolean {
  try {
    return (
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('--watch\0') && readlinkSync(`/proc/${pid}/cwd`) === folder
    );
  } catch {
    // It ended while the list was read.
    return false;
  }
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    // Nobody listens yet.
    return false;
  }
};

test('K2: pnpm turbo dev brings up Redis, all services and the page without REDIS_URL, and its end leaves nothing', async () => {
  const temp = makeTempDir();
  const port = await freePort(6);
  const { REDIS_URL: _, ...env } = process.env;
  const child = spawn(path.join(root, 'bin/pnpm'), ['turbo', 'dev'], {
    cwd: root,
    env: { ...env, YOBAN_HOME: temp.dir, PORT: String(port), APP_PORT: String(port + 1) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const ended = once(child, 'exit');
  try {
    await waitFor('ready', () => answers(`http://127.0.0.1:${port}/readyz`), 90_000).catch((error: Error) =>
      expect.fail(`${error.message}\n${said.join('')}`),
    );
    const vite = await waitFor(
      'the address of the page',
      () =>
        /http:\/\/(?:localhost|127\.0\.0\.1):\d+\/admin\/dashboard\//.exec(
          stripVTControlCharacters(said.join('')),
        )?.[0],
      60_000,
    );
    expect(await answers(vite)).toBe(true);
    for (const service of ['health-api', 'alerter', 'backup-worker', 'watchdog']) {
      const folder = realpathSync(path.join(root, 'apps', service));
      await waitFor(`${service} under watch`, () => processesOf(temp.dir).some((pid) => watches(pid, folder)), 30_000);
      expect(said.join(''), service).toContain(service);
    }
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGINT');
    await ended;
  }
  await waitFor('nothing left', () => processesOf(temp.dir).length === 0);
  temp.remove();
});
