// needs: systemctl, unshare, redis-server

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '@yoban/shared/testing/free-port';
import { isAlive } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type PrivateSystemd, startPrivateSystemd } from '../../packages/host-tools/src/testing/private-systemd.ts';

const root = path.resolve(import.meta.dirname, '../..');
const temp = makeTempDir();
const home = path.join(temp.dir, 'home');
let port = 0;
let systemd: PrivateSystemd;

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}
const run = (file: string, ...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const env = {
      ...{ XDG_RUNTIME_DIR: systemd.runtimeDir, XDG_CONFIG_HOME: systemd.configHome, HOME: temp.dir, LANG: 'C' },
      ...{
        YOBAN_HOME: home,
        YOBAN_CONFIG: path.join(temp.dir, 'yoban.yml'),
        PORT: String(port),
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      },
    };
    execFile(file, args, { env, timeout: 90_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
  });
const yoban = (...args: string[]) =>
  run(process.execPath, '--conditions=yoban-src', path.join(root, 'apps/cli/src/main.ts'), ...args);
const show = async (unit: string, property: string) =>
  (await run('systemctl', '--user', 'show', '--value', '--property', property, unit)).stdout.trim();

const services = ['yoban@health-api', 'yoban@alerter', 'yoban@backup-worker', 'yoban-watchdog', 'yoban-redis'];
const pidOf = async (service: string) => Number(await show(`${service}.service`, 'MainPID'));
const isUp = async (service: string) => (await show(`${service}.service`, 'ActiveState')) === 'active';
const units = () => path.join(systemd.configHome, 'systemd', 'user');

/** From the sources, which are never out of date, and with a shorter patience. */
function dropIn(unit: string, app: string, more = ''): void {
  const folder = path.join(units(), `${unit}.service.d`);
  mkdirSync(folder);
  const command = `${process.execPath} --conditions=yoban-src --disable-warning=ExperimentalWarning ${root}/apps/${app}/src/main.ts`;
  writeFileSync(path.join(folder, 'test.conf'), `[Service]\nExecStart=\nExecStart=${command}\n${more}`);
}

beforeAll(async () => {
  port = await freePort();
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(path.join(temp.dir, 'yoban.yml'), 'version: 1\nservices: {demo: {}}\n');
  writeFileSync(
    path.join(temp.dir, '.env'),
    'ADMIN_API_KEY=a-key-of-this-test-alone\nYOBAN_APP_TOKEN=another-of-the-app\n',
  );
  systemd = await startPrivateSystemd();
});
afterAll(async () => {
  await systemd.stop();
  temp.remove();
});

test('W8, V6: installed and enabled, the whole kit runs under systemd within its limits', async () => {
  expect(await yoban('watchdog', 'install', '--user')).toMatchObject({ code: 0, stderr: '' });
  dropIn('yoban@', '%i');
  dropIn('yoban-watchdog', 'watchdog', 'WatchdogSec=6\n');
  expect(await yoban('watchdog', 'enable', '--user')).toMatchObject({ code: 0, stderr: '' });
  for (const service of services) await waitFor(`${service} to be active`, () => isUp(service), 90_000);
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
  await waitFor('the kit to be ready', ready, 60_000);
  expect(await show('yoban-watchdog.service', 'MemoryMax')).toBe(String(768 * 1_048_576));
  expect(await show('yoban.target', 'UnitFileState')).toBe('enabled');
  expect(readdirSync(path.join(units(), 'default.target.wants'))).toEqual(['yoban.target']);
});

test('V6: a service that is killed is started again, and a watchdog that hangs', async () => {
  const [alerter, watchdog] = [await pidOf('yoban@alerter'), await pidOf('yoban-watchdog')];
  // 0 would be this test's own process group.
  expect(Math.min(alerter, watchdog)).toBeGreaterThan(1);
  process.kill(alerter, 'SIGKILL');
  process.kill(watchdog, 'SIGSTOP');
  await waitFor('another alerter', async () => ![0, alerter].includes(await pidOf('yoban@alerter')), 30_000);
  await waitFor('another watchdog', async () => ![0, watchdog].includes(await pidOf('yoban-watchdog')), 60_000);
  await waitFor('the watchdog to be ready', () => isUp('yoban-watchdog'), 60_000);
  expect(isAlive(watchdog)).toBe(false);
});

test('V6: stopped as one, nothing is left running', async () => {
  const pids = await Promise.all(services.map(pidOf));
  expect((await run('systemctl', '--user', 'stop', 'yoban.target')).code).toBe(0);
  await waitFor('the end of all', () => pids.every((pid) => !isAlive(pid)), 60_000);
});
