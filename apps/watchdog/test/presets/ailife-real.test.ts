import { closeSync, mkdirSync, openSync, rmSync, utimesSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { createPrivatePm2, type PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { openStore } from '@yoban/shared/facts/open-store';
import { freePort } from '@yoban/shared/testing/free-port';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createPresetKit, type PresetKit } from '../preset-kit.ts';

let kit: PresetKit;
let pm2: PrivatePm2;
let url = '';
let database = '';
const limitMs = 150_000;
const tables = ['game_state', 'characters', 'memories', 'tips', 'cycles'];
const at = (file: string) => path.join(kit.dir, file);

/** A game that looks at its database when it starts, as the real one does, and can be made to refuse. */
const game = (dir: string, db: string, port: number) => `
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const head = readFileSync(${JSON.stringify(db)}).subarray(0, 15).toString('latin1');
if (head !== 'SQLite format 3') { console.error('SQLITE_NOTADB: file is not a database'); process.exit(1); }
if (existsSync(${JSON.stringify(path.join(dir, 'refuse'))})) { console.error('Error: no model key'); process.exit(1); }
createServer((_, response) => response.end('{"viewers":{"connected":0,"unsynced":0}}')).listen(${port}, '127.0.0.1');
`;

function writeDatabase(file: string, day: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = openStore(
    file,
    tables.map((table) => `CREATE TABLE ${table} (text TEXT)`),
  );
  db.prepare('INSERT INTO game_state VALUES (?)').run(day);
  db.pragma('journal_mode = DELETE');
  db.close();
}
function dayIn(file: string): unknown {
  const db = openStore(file, []);
  try {
    return db.prepare('SELECT text FROM game_state').pluck().get();
  } finally {
    db.close();
  }
}
function spoil(file: string): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, 'this is no database any more', 0);
  closeSync(descriptor);
}

const answers = () =>
  fetch(url).then(
    () => true,
    () => false,
  );
const appPid = async (): Promise<number> => Number((await pm2.run('pid', 'ailife')).stdout.trim());
const killApp = async () => {
  const pid = await appPid();
  expect(pid).toBeGreaterThan(1);
  process.kill(pid, 'SIGKILL');
};

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/healthz`;
  pm2 = createPrivatePm2();
  kit = await createPresetKit('ailife', (dir) => {
    database = path.join(dir, 'home', 'data', 'game.sqlite');
    writeDatabase(database, 'day 15');
    const backup = path.join(dir, 'home', 'backups', 'hourly', 'game_hourly_20260311_150000.sqlite');
    writeDatabase(backup, 'day 14');
    const anHourAgo = Date.now() / 1_000 - 3_600;
    utimesSync(backup, anHourAgo, anHourAgo);
    writeFileSync(path.join(dir, 'game.mjs'), game(dir, database, port));
    // The preset as it is; only pm2 and the app are this test's.
    return `services:
  ailife:
    supervisor: {home: ${pm2.home}}
    health: {url: "${url}"}
    probes: {alive: {url: "${url}"}, viewers: {url: "ws://127.0.0.1:${port}/ws"}, synced: {url: "${url}"}}
`;
  });
  await pm2.startApp({
    ...{ name: 'ailife', script: at('game.mjs'), exec_mode: 'fork', max_restarts: 10, min_uptime: '60s' },
    exp_backoff_restart_delay: 100,
  });
  await waitFor('the game', answers, 30_000);
  await kit.start();
  await waitFor('its process to be in sight', () => kit.ear.last('process')?.state === 'up', 30_000);
}, limitMs);
afterAll(async () => {
  await kit.close();
  await pm2.stop();
});
const refresh = ['page_ready', 'refresh_page'];
let begunAt = 0;
beforeEach(() => {
  kit.forget();
  begunAt = Date.now();
});

/** Phases of an earlier one may still be told. */
const incident = () =>
  kit.ear.incidents.findLast(({ fault, detectedAt }) => fault === 'down' && Date.parse(detectedAt) >= begunAt);

test('R4: a crash that pm2 mends is left to pm2', async () => {
  const pid = await appPid();
  await killApp();
  await waitFor('another process', async () => ![0, pid].includes(await appPid()), 30_000);
  await waitFor('the game', answers, 30_000);
  expect(kit.runs()).toEqual([]);
}, 60_000);

test(
  'R4: not up, its database sound: the last lines are kept, one restart, then people',
  async () => {
    writeFileSync(at('refuse'), '');
    await killApp();
    await waitFor('the end of the ladder', () => kit.reasons('down').includes('halted'), 120_000);
    expect(kit.runs()).toEqual(['restart', ...refresh]);
    expect(incident()?.evidence).toHaveLength(1);
    expect(dayIn(database)).toBe('day 15');
    rmSync(at('refuse'));
    await pm2.run('restart', 'ailife');
    await waitFor('the end of the incident', () => incident()?.recoveredAt, 60_000);
  },
  limitMs,
);

test(
  'R4: not up, its database corrupt: stopped, restored from the newest good backup, started, proven',
  async () => {
    spoil(database);
    await killApp();
    const over = await waitFor('the end of the incident', () => (incident()?.recoveredAt ? incident() : null), 120_000);
    expect(kit.runs()).toEqual(['stop', 'restore', 'start', ...refresh]);
    expect(over).toMatchObject({ recoveredBy: 'yoban' });
    expect(Date.parse(over.recoveredAt ?? '') - Date.parse(over.detectedAt)).toBeLessThan(60_000);
    expect(await answers()).toBe(true);
    expect(dayIn(database)).toBe('day 14');
  },
  limitMs,
);
