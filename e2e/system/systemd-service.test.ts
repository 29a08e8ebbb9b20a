// needs: systemctl, unshare, nsenter, redis-server
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '@yoban/shared/testing/running-kit';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../apps/watchdog/test/free-ports.ts';
import { startUserSystemd, type UserSystemd } from './user-systemd.ts';

const root = path.resolve(import.meta.dirname, '../..');
const temp = makeTempDir();
const home = path.join(temp.dir, 'home');
let port = 0;
let systemd: UserSystemd;

const services = ['yoban@health-api', 'yoban@alerter', 'yoban@backup-worker', 'yoban-watchdog', 'yoban-redis'];
const pidOf = async (service: string) => Number(await systemd.show(`${service}.service`, 'MainPID'));
const isUp = async (service: string) => (await systemd.show(`${service}.service`, 'ActiveState')) === 'active';
const yoban = (...args: string[]) =>
  systemd.run(process.execPath, ['--conditions=yoban-src', path.join(root, 'apps/cli/src/main.ts'), ...args], {
    ...{ YOBAN_HOME: home, YOBAN_CONFIG: path.join(temp.dir, 'yoban.yml'), PORT: String(port), LANG: 'C' },
  });

/** From the sources, which are never out of date, and with a shorter patience. */
function dropIn(unit: string, app: string, more = ''): void {
  const folder = path.join(systemd.units, `${unit}.service.d`);
  mkdirSync(folder);
  const command = `${process.execPath} --conditions=yoban-src --disable-warning=ExperimentalWarning ${root}/apps/${app}/src/main.ts`;
  writeFileSync(path.join(folder, 'test.conf'), `[Service]\nExecStart=\nExecStart=${command}\n${more}`);
}

beforeAll(async () => {
  [port = 0] = await freePorts(1);
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(path.join(temp.dir, 'yoban.yml'), 'version: 1\nservices: {demo: {}}\n');
  writeFileSync(
    path.join(temp.dir, '.env'),
    'ADMIN_API_KEY=a-key-of-this-test-alone\nYOBAN_APP_TOKEN=another-of-the-app\n',
  );
  systemd = await startUserSystemd(temp.dir);
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
  expect(await systemd.show('yoban-watchdog.service', 'MemoryMax')).toBe(String(768 * 1_048_576));
  expect(await systemd.show('yoban.target', 'UnitFileState')).toBe('enabled');
  expect(readdirSync(path.join(systemd.units, 'default.target.wants'))).toEqual(['yoban.target']);
});

test('V6: a service that is killed is started again, and a watchdog that hangs', async () => {
  const [alerter, watchdog] = [await pidOf('yoban@alerter'), await pidOf('yoban-watchdog')];
  process.kill(alerter, 'SIGKILL');
  process.kill(watchdog, 'SIGSTOP');
  await waitFor('another alerter', async () => ![0, alerter].includes(await pidOf('yoban@alerter')), 30_000);
  await waitFor('another watchdog', async () => ![0, watchdog].includes(await pidOf('yoban-watchdog')), 60_000);
  await waitFor('the watchdog to be ready', () => isUp('yoban-watchdog'), 60_000);
  expect(isAlive(watchdog)).toBe(false);
});

test('V6: stopped as one, nothing is left running', async () => {
  const pids = await Promise.all(services.map(pidOf));
  expect((await systemd.run('systemctl', ['--user', 'stop', 'yoban.target'])).code).toBe(0);
  await waitFor('the end of all', () => pids.every((pid) => !isAlive(pid)), 60_000);
});
