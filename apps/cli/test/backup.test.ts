import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { heartbeatFile } from '@yoban/shared/heartbeat';
import { type PrivateRedis, startPrivateRedis } from '@yoban/shared/testing/private-redis';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Home, makeDatabase, makeHome, notesIn } from './support/run-yoban.ts';

const temp = makeTempDir();
let redis: PrivateRedis;
const cleanUps: (() => unknown)[] = [];
beforeAll(async () => {
  redis = await startPrivateRedis();
});
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
});
afterAll(async () => {
  await redis.stop();
  temp.remove();
});

const byText = (a: string, b: string): number => a.localeCompare(b);

let homes = 0;
function newHome(...texts: string[]): Home & { db: Database.Database } {
  homes += 1;
  const home = makeHome(path.join(temp.dir, `h${homes}`));
  const db = makeDatabase(home.dbPath, ...texts);
  cleanUps.push(() => db.close());
  return { ...home, db };
}

test('backups land in a home that is not there yet, and never beneath a disk that is not mounted', async () => {
  const home = newHome('one');
  const DB_PATH = home.dbPath;
  const take = (env: Record<string, string>) => home.yoban(['backup', 'now'], { env });
  expect(await take({ DB_PATH, YOBAN_HOME: path.join(home.dir, 'new', 'home') })).toMatchObject({ code: 0 });
  expect(await take({ DB_PATH, YOBAN_HOME: home.dir, BACKUP_DIR: path.join(home.dir, 'disk') })).toMatchObject({
    code: 0,
  });
  const lost = path.join(home.dir, 'usb');
  const refused = await take({ DB_PATH, YOBAN_HOME: home.dir, BACKUP_DIR: path.join(lost, 'backups') });
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining(`${lost} does not exist: is the disk mounted?`),
  });
  expect(existsSync(lost)).toBe(false);
  const nowhere = await take({ DB_PATH, YOBAN_HOME: '/proc/yoban' });
  expect(nowhere).toMatchObject({
    code: 1,
    err: expect.stringContaining('error STORE_UNAVAILABLE: cannot make /proc/yoban'),
  });
});

/** The real worker process of this home. */
async function startWorker(home: Home): Promise<ChildProcess> {
  const main = path.resolve(import.meta.dirname, '../../backup-worker/src/main.ts');
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const env = { PATH, NODE_COMPILE_CACHE, ...home.env, REDIS_URL: redis.url };
  const worker = spawn(process.execPath, ['--conditions=yoban-src', main], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  cleanUps.push(async () => {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  });
  await once(worker, 'message');
  return worker;
}

interface FileJson {
  file: { path: string; sizeBytes: number; sha256: string; durationMs: number; trigger: string; tier: string };
}

test('backup now without a bus is taken by the process itself, and says so', async () => {
  const home = newHome('one');
  const ran = await home.yoban(['backup', 'now', '--json']);
  expect(ran.code).toBe(0);
  expect(ran.err).toContain('No bus is configured');
  const { file } = ran.json<FileJson>();
  expect(file).toMatchObject({ trigger: 'direct', tier: 'hourly', sizeBytes: statSync(file.path).size });
  expect(notesIn(file.path)).toEqual(['one']);
});

test('backup now asks the worker over the bus; a direct one made before is told by the worker', async () => {
  const home = newHome('one');
  await home.yoban(['backup', 'now']);
  const worker = await startWorker(home);
  home.env.REDIS_URL = redis.url;
  const ran = await home.yoban(['backup', 'now', '--tier', 'weekly', '--json']);
  expect(ran.code).toBe(0);
  const { file } = ran.json<FileJson>();
  expect(file).toMatchObject({ trigger: 'manual', tier: 'weekly' });
  expect(file.path).toMatch(/weekly\/game_weekly_\d{8}_\d{6}\.sqlite\.gz$/);
  const plain = path.join(home.dir, 'plain.sqlite');
  writeFileSync(plain, gunzipSync(readFileSync(file.path)));
  expect(notesIn(plain)).toEqual(['one']);
  const catalog = new Database(path.join(home.dir, 'backups', 'catalog.sqlite'), { readonly: true });
  cleanUps.push(() => catalog.close());
  await waitFor('both runs told', () => Number(catalog.prepare('SELECT count(*) FROM worker_told').pluck().get()) >= 2);

  const began = performance.now();
  worker.kill('SIGTERM');
  const [code] = await once(worker, 'exit');
  expect(code).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test('a worker that is stopped is not waited for: the backup is taken directly and the request taken back', async () => {
  const home = newHome('one');
  const worker = await startWorker(home);
  home.env.REDIS_URL = redis.url;
  worker.kill('SIGSTOP');
  cleanUps.push(() => worker.kill('SIGCONT'));
  const later = () => Date.now() + 16_000;
  expect(existsSync(heartbeatFile(path.join(home.dir, 'run'), 'backup-worker'))).toBe(true);
  const ran = await home.yoban(['backup', 'now', '--json'], { now: later });
  expect(ran.code).toBe(0);
  expect(ran.err).toContain('No backup worker is alive');
});

test('backup now with the bus gone falls back to this process', async () => {
  const home = newHome('one');
  await startWorker(home);
  home.env.REDIS_URL = 'redis://127.0.0.1:1';
  const ran = await home.yoban(['backup', 'now', '--json']);
  expect(ran.code).toBe(0);
  expect(ran.err).toContain('The bus does not answer');
});

test('B11: backup now without --db takes every database', async () => {
  const home = newHome('one');
  const side = makeDatabase(path.join(home.dir, 'data', 'side.sqlite'), 'two');
  cleanUps.push(() => side.close());
  home.configure(`version: 1
databases:
  - {name: game, path: data/game.sqlite}
  - {name: side, path: data/side.sqlite}
`);
  const ran = await home.yoban(['backup', 'now', '--json']);
  expect(ran.json()).toMatchObject({ file: { db: 'game' }, files: [{ db: 'game' }, { db: 'side' }] });
  expect((await home.yoban(['restore', '--latest', '--yes'])).err).toContain('say which one');
});

test('B5: backup list shows bytes per tier and in all, with the verified state', async () => {
  const home = newHome('one');
  for (const tier of ['hourly', 'hourly', 'daily']) await home.yoban(['backup', 'now', '--tier', tier]);
  writeFileSync(path.join(home.dir, 'backups', 'daily', 'game_daily_20200101_000000.sqlite'), 'planted');
  const list = (await home.yoban(['backup', 'list', '--json'])).json<{
    files: { tier: string; sizeBytes: number; state: string }[];
    bytesByTier: Record<string, number>;
    totalBytes: number;
  }>();
  expect(list.files.map(({ tier, state }) => `${tier} ${state}`).toSorted(byText)).toEqual([
    'daily unknown',
    'daily verified',
    'hourly verified',
    'hourly verified',
  ]);
  expect(list.totalBytes).toBe(list.files.reduce((sum, file) => sum + file.sizeBytes, 0));
  expect(list.bytesByTier.hourly).toBe(list.totalBytes - Number(list.bytesByTier.daily));
  const text = await home.yoban(['backup', 'list']);
  expect(text.out).toMatch(/hourly .+, daily .+, weekly 0 B; .+ in all/);
});

test('backup verify finds a damaged file, exit 1, and it is no longer offered', async () => {
  const home = newHome('one');
  const { file } = (await home.yoban(['backup', 'now', '--json'])).json<FileJson>();
  expect((await home.yoban(['backup', 'verify'])).code).toBe(0);
  const bytes = readFileSync(file.path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file.path, bytes);
  const ran = await home.yoban(['backup', 'verify', path.basename(file.path)]);
  expect(ran.code).toBe(1);
  expect(ran.out).toContain(`BAD   ${file.path}`);
  expect((await home.yoban(['restore', '--latest', '--yes'])).err).toContain(
    'error RESTORE_CANDIDATE_BAD: every backup of game (1) is BAD',
  );
});

test('bad input: a database that is missing, not SQLite, or locked is refused with the way out, nothing left behind', async () => {
  const home = newHome('one');
  const cases: [string, string][] = [];
  const text = path.join(home.dir, 'notes.txt');
  writeFileSync(text, 'plain text, no database. '.repeat(200));
  cases.push([text, 'DB_NOT_SQLITE'], [path.join(home.dir, 'gone.sqlite'), 'DB_NOT_FOUND']);
  for (const [file, code] of cases) {
    const ran = await home.yoban(['backup', 'now'], { env: { ...home.env, DB_PATH: file } });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(new RegExp(`error ${code}: .*${path.basename(file)}.*\nhint: .+\n$`));
  }
  home.db.pragma('locking_mode = EXCLUSIVE');
  home.db.exec('BEGIN EXCLUSIVE');
  const locked = await home.yoban(['backup', 'now', '--json']);
  home.db.exec('COMMIT');
  expect(locked.code).toBe(2);
  expect(locked.json().error?.code).toBe('DB_LOCKED');
  expect((await home.yoban(['backup', 'list', '--json'])).json().files).toEqual([]);
});
