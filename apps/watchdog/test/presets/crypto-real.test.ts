import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pm2DaemonPid } from '@yoban/host-tools/pm2-home';
import { createPrivatePm2, type PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { freePort } from '@yoban/shared/testing/free-port';
import { signalProcess } from '@yoban/shared/testing/signal-process';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPresetKit, type PresetKit } from '../preset-kit.ts';

const name = 'crypto-dashboard';
let kit: PresetKit;
let pm2: PrivatePm2;
let url = '';
const at = (file: string) => path.join(kit.dir, file);

/** A dashboard whose price can be lost until it is started again, and that can refuse to start. */
const dashboard = (dir: string, port: number) => `
import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
if (existsSync(${JSON.stringify(path.join(dir, 'refuse'))})) process.exit(1);
const lost = ${JSON.stringify(path.join(dir, 'no-price'))};
rmSync(lost, { force: true });
createServer((request, response) => {
  const isPrice = request.url.startsWith('/api/ticker/');
  response.end(isPrice && existsSync(lost) ? '{"error":"upstream"}' : '{"current_price":28.4}');
}).listen(${port}, '127.0.0.1');
`;

const answers = () =>
  fetch(url).then(
    () => true,
    () => false,
  );
const appPid = async (): Promise<number> => Number((await pm2.run('pid', name)).stdout.trim());

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  pm2 = createPrivatePm2();
  kit = await createPresetKit('crypto', (dir) => {
    writeFileSync(path.join(dir, 'dashboard.mjs'), dashboard(dir, port));
    // The preset as it is but for where things are, and quicker.
    return `services:
  crypto:
    supervisor: {home: ${pm2.home}, ecosystem: ${pm2.home}/apps.config.cjs}
    probeDefaults: {every: 1s, timeout: 10s}
    probes:
      page: {url: "${url}/", startPeriod: 0s}
      price: {url: "${url}/api/ticker/DOGE_JPY", startPeriod: 0s}
      disk_trend: null
      memory_trend: null
    faults: {running_out: null}
    budgets: {restarts: {max: 20, backoff: [0s]}}
`;
  });
  await pm2.startApp({ name, script: at('dashboard.mjs'), exec_mode: 'fork', max_restarts: 3, min_uptime: '60s' });
  await pm2.run('save', '--silent');
  await waitFor('the dashboard', answers, 30_000);
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up', 30_000);
});
afterAll(async () => {
  await kit.close();
  await pm2.stop();
});
beforeEach(async () => {
  await waitFor('the dashboard', answers, 30_000);
  kit.forget();
});

const recovered = (fault: string) =>
  waitFor(
    `the end of ${fault}`,
    () => kit.ear.incidents.findLast((one) => one.fault === fault && one.recoveredAt !== null),
    60_000,
  );

test('C3: scenario 1, a crash that pm2 mends: we touch nothing', async () => {
  const pid = await appPid();
  signalProcess(pid, 'SIGKILL');
  await waitFor('another process', async () => ![0, pid].includes(await appPid()), 30_000);
  await waitFor('the dashboard', answers);
  // A round of looks at each probe.
  await waitFor(
    'what followed to be seen',
    () => kit.ear.checks.filter(({ check }) => check === 'process').length > 2,
    30_000,
  );
  expect(kit.runs()).toEqual([]);
}, 150_000);

test('C3, C1: scenario 2, three answers without a price: restarted, and back within 30 s of its detection', async () => {
  const pid = await appPid();
  writeFileSync(at('no-price'), '');
  const incident = await recovered('not_answering');
  expect(kit.runs()).toEqual(['restart']);
  expect(incident.actions).toMatchObject([{ name: 'restart', ok: true, by: 'yoban' }]);
  expect(Date.parse(incident.recoveredAt ?? '') - Date.parse(incident.detectedAt)).toBeLessThan(30_000);
  expect([0, pid]).not.toContain(await appPid());
  expect(existsSync(at('no-price'))).toBe(false);
}, 150_000);

test('C3: scenario 1, a crash loop that pm2 gives up: it is ours', async () => {
  writeFileSync(at('refuse'), '');
  signalProcess(await appPid(), 'SIGKILL');
  await waitFor('our first restart', () => kit.runs().length > 0, 60_000);
  rmSync(at('refuse'));
  await recovered('crashed');
  expect(kit.runs().every((action) => action === 'restart' || action === 'rebuild')).toBe(true);
  expect(await answers()).toBe(true);
}, 150_000);

test('C3: scenario 4, pm2 itself is killed: everything is back, once', async () => {
  signalProcess(pm2DaemonPid(pm2.home), 'SIGKILL');
  await recovered('all_down');
  expect(kit.runs()[0]).toBe('resurrect');
  expect(kit.runs()).not.toContain('restart');
  await waitFor('the dashboard', answers, 30_000);
  const { stdout } = await pm2.run('jlist');
  const apps = JSON.parse(stdout.slice(stdout.indexOf('['))) as { name: string }[];
  expect(apps.map((app) => app.name)).toEqual([name]);
  // Which one depends on who saw the process gone first, our probe or the built-in watch, and on whether that one's grace was over.
  const words = ['raise fault_all_down', 'info fault_repaired', 'raise process_down'];
  await waitFor('one word of it', () => kit.ear.told().some((told) => words.includes(told)), 30_000);
}, 150_000);
