import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { BackupRun } from '@yoban/shared/contracts/backup';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { parseBackupName } from '../src/backup-name.ts';
import { type Catalog, openCatalog } from '../src/catalog.ts';
import { reconcileCatalog } from '../src/reconcile-catalog.ts';
import { backupSteps, type TakeBackupDeps, type TakeBackupRequest, takeBackup } from '../src/take-backup.ts';
import { startWritingApp, type WritingApp } from './support/writing-app.ts';

const temp = makeTempDir();
const appDir = path.join(temp.dir, 'app');
mkdirSync(appDir);
const app: WritingApp = await startWritingApp(appDir, {});
afterAll(async () => {
  await app.kill();
  temp.remove();
});

let backupDir: string;
let catalog: Catalog;
let outcomes: BackupRun[];
let deps: TakeBackupDeps;
const dueAtMs = Date.UTC(2026, 2, 11, 6);
const request: TakeBackupRequest = {
  db: { name: 'game', path: app.file, requiredTables: ['live'] },
  tier: 'hourly',
  rotation: { keep: 2, keepForMs: 3_600_000 },
  gzip: false,
  dueAtMs,
  trigger: 'schedule',
};

let count = 0;
beforeEach(() => {
  count += 1;
  backupDir = path.join(temp.dir, `backups-${count}`);
  mkdirSync(path.join(backupDir, 'hourly'), { recursive: true });
  catalog = openCatalog(backupDir);
  outcomes = [];
  deps = {
    catalog,
    backupDir,
    locksDir: path.join(temp.dir, 'locks'),
    zone: 'Asia/Tokyo',
    now: () => dueAtMs + 1_000,
    record: (_db, run) => void outcomes.push(run),
  };
});
afterEach(() => catalog.close());

const names = (tier: string) => readdirSync(path.join(backupDir, tier)).filter((name) => name !== 'SHA256SUMS');

test('B4, B6: a run leaves one plain file that sqlite3 opens, its row, its sums and its outcome', async () => {
  const result = await takeBackup(request, deps);
  expect(result).toMatchObject({ outcome: 'ok', rotationError: null });
  expect(names('hourly')).toEqual(['game_hourly_20260311_150001.sqlite']);
  const [file] = catalog.files();
  expect(file).toMatchObject({ state: 'good', db: 'game', journalMode: 'wal', dueAt: '2026-03-11T06:00:00.000Z' });
  app.momentOf(file?.path ?? '');
  expect(execFileSync('sqlite3', [file?.path ?? '', 'PRAGMA integrity_check'], { encoding: 'utf8' })).toBe('ok\n');
  execFileSync('sha256sum', ['-c', 'SHA256SUMS'], { cwd: path.join(backupDir, 'hourly') });
  expect(outcomes).toEqual([result.outcome === 'ok' && result.run]);
});

test('B4: a weekly file is gzip that gunzip reads, with the whole moment inside', async () => {
  const result = await takeBackup({ ...request, tier: 'weekly', gzip: true }, deps);
  expect(result.outcome).toBe('ok');
  const [name] = names('weekly');
  expect(parseBackupName(name ?? '')).toMatchObject({ tier: 'weekly', gzip: true });
  const packed = path.join(backupDir, 'weekly', name ?? '');
  execFileSync('gunzip', ['-t', packed]);
  const plain = path.join(temp.dir, 'unpacked.sqlite');
  writeFileSync(plain, gunzipSync(readFileSync(packed)));
  app.momentOf(plain);
});

test('B9: of many triggers of one due time at once, one makes a file', async () => {
  const results = await Promise.all(
    (['schedule', 'catch-up', 'direct'] as const).map((trigger) => takeBackup({ ...request, trigger }, deps)),
  );
  expect(results.map((result) => result.outcome).sort()).toEqual(['ok', 'skipped', 'skipped']);
  expect(await takeBackup(request, deps)).toEqual({ outcome: 'skipped', reason: 'done' });
  expect(names('hourly')).toHaveLength(1);
});

test('B4: two runs in one second get two names', async () => {
  await takeBackup(request, deps);
  await takeBackup({ ...request, dueAtMs: null, trigger: 'manual' }, deps);
  expect(names('hourly').sort()).toEqual(['game_hourly_20260311_150001.sqlite', 'game_hourly_20260311_150002.sqlite']);
});

test('B3: a copy without the required tables gets no name, and the run fails with the reason', async () => {
  const result = await takeBackup({ ...request, db: { ...request.db, requiredTables: ['tips'] } }, deps);
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'BACKUP_VERIFY_FAILED' } });
  expect(outcomes).toMatchObject([{ state: 'failed', code: 'BACKUP_VERIFY_FAILED' }]);
  expect(names('hourly')).toEqual([]);
  expect(await takeBackup(request, deps)).toMatchObject({ outcome: 'ok' });
});

test('B3: a damaged source makes no backup', async () => {
  const damaged = path.join(temp.dir, 'damaged.sqlite');
  const db = new Database(damaged);
  db.exec('CREATE TABLE live (id INTEGER PRIMARY KEY, body TEXT); CREATE INDEX i ON live (body)');
  for (let at = 0; at < 500; at += 1) db.prepare('INSERT INTO live VALUES (?, ?)').run(at, `${at}`.repeat(50));
  db.close();
  const bytes = readFileSync(damaged);
  writeFileSync(damaged, bytes.fill(0xa5, 8_192, 16_384));
  const result = await takeBackup({ ...request, db: { ...request.db, path: damaged } }, deps);
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'BACKUP_VERIFY_FAILED' } });
  expect(names('hourly')).toEqual([]);
});

test('B5: rotation touches only catalogued files', async () => {
  const foreign = path.join(backupDir, 'hourly', 'game_hourly_20200101_000000.sqlite');
  writeFileSync(foreign, 'somebody else keeps this here');
  for (let at = 0; at < 4; at += 1) {
    const due = dueAtMs + at * 3 * 3_600_000;
    await takeBackup({ ...request, dueAtMs: due }, { ...deps, now: () => due + 1_000 });
  }
  expect(existsSync(foreign)).toBe(true);
  expect(catalog.files()).toHaveLength(2);
  expect(names('hourly')).toHaveLength(3);
});

for (const step of backupSteps) {
  test(`a worker killed at "${step}" leaves only good files under a backup's name, and the next run mends the rest`, async () => {
    const request_ = { ...request, gzip: step === 'compressed' };
    const worker = fork(
      path.join(import.meta.dirname, 'support', 'killed-worker.ts'),
      [JSON.stringify({ step, backupDir, locksDir: deps.locksDir, request: request_ })],
      { execArgv: ['--conditions=yoban-src'] },
    );
    const [, signal] = await once(worker, 'exit');
    expect(signal).toBe('SIGKILL');
    for (const name of names('hourly').filter((name) => parseBackupName(name))) {
      if (name.endsWith('.sqlite')) app.momentOf(path.join(backupDir, 'hourly', name));
    }
    await reconcileCatalog(deps);
    const again = await takeBackup(request_, deps);
    const isDone = ['named', 'recorded', 'rotated'].includes(step);
    expect(again).toMatchObject(isDone ? { outcome: 'skipped', reason: 'done' } : { outcome: 'ok' });
    expect(names('hourly').filter((name) => name.startsWith('.'))).toEqual([]);
    expect(catalog.files()).toHaveLength(1);
    expect(catalog.unfinishedRuns()).toEqual([]);
  });
}

test('a file that a person removed is marked missing', async () => {
  await takeBackup(request, deps);
  rmSync(catalog.files()[0]?.path ?? '');
  expect((await reconcileCatalog(deps)).missing).toHaveLength(1);
  expect(catalog.files()).toEqual([]);
});

test('a full disk is DISK_FULL, with the older backups untouched', async () => {
  await takeBackup(request, deps);
  const before = catalog.files();
  const tooBig = path.join(temp.dir, 'sparse.sqlite');
  cpSync(catalog.files()[0]?.path ?? '', tooBig);
  execFileSync('truncate', ['-s', '4T', tooBig]);
  const result = await takeBackup({ ...request, dueAtMs: dueAtMs + 1, db: { ...request.db, path: tooBig } }, deps);
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'DISK_FULL' } });
  expect(catalog.files()).toEqual(before);
});

/** Runs a script with `dir` as a small disk of its own, in a mount namespace that ends with it. Needs root or user namespaces. */
function onSmallDisk(dir: string, sizeMb: number, script: string, ...args: string[]): unknown {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const inside = 'mount -t tmpfs -o "size=$1m" small "$2" && shift 2 && exec "$@"';
  const command = [process.execPath, '--conditions=yoban-src', path.join(import.meta.dirname, 'support', script)];
  const text = execFileSync(
    'unshare',
    [...asRoot, '--mount', 'sh', '-euc', inside, 'sh', String(sizeMb), dir, ...command, ...args],
    { encoding: 'utf8' },
  );
  return JSON.parse(text);
}

for (const [tier, fillAt] of [
  ['hourly', 'pinned'],
  ['weekly', 'copied'],
] as const) {
  test(`a disk that fills after "${fillAt}" of a ${tier} run is DISK_FULL, recorded, with nothing left behind`, () => {
    const db = new Database(path.join(temp.dir, `noise-${tier}.sqlite`));
    db.exec('CREATE TABLE t (body BLOB)');
    db.exec(
      'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO t SELECT randomblob(1000) FROM n',
    );
    db.close();
    expect(onSmallDisk(backupDir, 40, 'full-disk-worker.ts', db.name, backupDir, fillAt, tier)).toMatchObject({
      first: 'ok',
      second: 'DISK_FULL',
      names: [expect.stringMatching(/^game_/)],
      files: 1,
      unfinished: 0,
    });
  });
}
