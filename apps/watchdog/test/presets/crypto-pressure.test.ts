import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type CryptoApp, writeCryptoApp } from '../crypto-app.ts';
import { createPresetKit, type PresetKit } from '../preset-kit.ts';

let kit: PresetKit;
let app: CryptoApp;
let run: PrivateRun;

const answers = () =>
  fetch(app.url).then(
    () => true,
    () => false,
  );

beforeAll(async () => {
  const port = await freePort();
  kit = await createPresetKit('crypto', (dir) => {
    app = writeCryptoApp(dir, port);
    run = createPrivateRun(app.script);
    // The preset as it is but for where things are, and quicker; a twentieth of a core is what the most crowded machine still gives.
    return `services:
  crypto:
    supervisor: {kind: command, socket: ${run.socket}}
    probeDefaults: {every: 1s, timeout: 5s}
    probes:
      page: {url: "${app.url}/", startPeriod: 0s}
      price: {url: "${app.url}/api/ticker/DOGE_JPY", startPeriod: 0s}
      memory: {max: 300}
      cpu: {max: 5, fall: 3}
      log_size: {path: "${app.logFile}", maxSize: 1MB, every: 1s}
      memory_trend: {within: 30s, over: 4s, every: 100ms}
      disk_trend: null
    actions:
      cleanup: {folders: ["${dir}/tmp"]}
      rotate: {paths: ["${path.dirname(app.logFile)}/*.log"], minSize: 1MB}
    faults:
      memory_high: {cooldown: 1s}
      cpu_high: {cooldown: 1s}
      running_out: {anyOf: [memory_trend], cooldown: 1s}
    budgets: {restarts: {max: 20, backoff: [0s]}}
`;
  });
  await run.start('--kill-timeout', '1s');
  await waitFor('the dashboard', answers);
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up');
});
afterAll(async () => {
  await kit.close();
  await run.stop();
});
beforeEach(async () => {
  await run.ask('restart');
  await waitFor('the dashboard', answers);
  kit.forget();
});

const incident = (fault: string) => kit.ear.incidents.findLast((one) => one.fault === fault);
const recovered = (fault: string) =>
  waitFor(`the end of ${fault}`, () => (incident(fault)?.recoveredAt ? incident(fault) : null), 45_000);

test('C2: memory over its limit twice: clean-up, reload, and the value has fallen', async () => {
  const left = path.join(kit.dir, 'tmp', 'left-over');
  mkdirSync(path.dirname(left));
  writeFileSync(left, '');
  const twoHoursAgo = Date.now() / 1_000 - 7_200;
  utimesSync(left, twoHoursAgo, twoHoursAgo);
  await app.tell('eat');
  expect(await recovered('memory_high')).toMatchObject({
    recoveredBy: 'yoban',
    actions: [
      { name: 'cleanup', ok: true },
      { name: 'reload', ok: true },
    ],
  });
  expect(kit.reasons('memory_high')).toContain('verified');
  expect(kit.runs()).toEqual(['cleanup', 'reload']);
  expect(existsSync(left)).toBe(false);
});

test('C2: its twin: memory that is high and under its limit is left alone', async () => {
  await app.tell('hold');
  // That nothing is done can only be seen by giving it the time in which it was done before.
  await sleep(6_000);
  expect(kit.runs()).toEqual([]);
  expect(incident('memory_high')).toBeUndefined();
});

test('C2: a core that is kept busy: clean-up, reload, and the value has fallen', async () => {
  await app.tell('spin');
  expect(await recovered('cpu_high')).toMatchObject({ recoveredBy: 'yoban' });
  expect(kit.runs()).toEqual(['cleanup', 'reload']);
});

test('C2: a log over its size is rotated while it is written, and no line is lost', async () => {
  await app.tell('log');
  await recovered('log_too_big');
  expect(new Set(kit.runs())).toEqual(new Set(['rotate']));
  await app.tell('rest');
  const folder = path.dirname(app.logFile);
  const text = (name: string) => {
    const bytes = readFileSync(path.join(folder, name));
    return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  };
  expect(existsSync(app.logFile)).toBe(true);
  const numbers = readdirSync(folder).flatMap((name) =>
    [...text(name).matchAll(/^line (\d+) /gm)].map(([, n]) => Number(n)),
  );
  numbers.sort((a, b) => a - b);
  expect(numbers.length).toBeGreaterThan(22_000);
  expect(numbers).toEqual(numbers.map((_, index) => index));
});

test('C6: a leak is told as a WARNING before its limit is reached, and is over when it grows no more', async () => {
  await app.tell('leak');
  const raise = await waitFor('the warning', () =>
    kit.ear.alerts.find((event) => event.kind === 'raise' && event.alertType === 'fault_running_out'),
  );
  expect(raise).toMatchObject({ level: 'warning' });
  expect(kit.runs()).toEqual([]);
  await app.tell('rest');
  await waitFor('the all-clear', () => kit.ear.told().includes('clear fault_running_out'));
});
