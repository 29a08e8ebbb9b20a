import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startOwnTime } from '@yoban/shared/testing/own-time';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { takeDbLock } from '../src/db-lock.ts';
import { snapshot } from '../src/snapshot.ts';
import { verifyCopy } from '../src/verify.ts';
import { startWritingApp, type WritingApp } from './support/writing-app.ts';

const temp = makeTempDir();
const apps: WritingApp[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.kill();
});

let folders = 0;
async function newApp(options: Parameters<typeof startWritingApp>[1]) {
  folders += 1;
  const dir = path.join(temp.dir, `app-${folders}`);
  mkdirSync(dir);
  const app = await startWritingApp(dir, options);
  apps.push(app);
  return { app, dir };
}

for (const [journalMode, pageSize] of [
  ['wal', 4096],
  ['wal', 512],
  ['wal', 65_536],
  ['delete', 4096],
] as const) {
  test(`B2: each of 5 copies under a hostile ${journalMode} writer (pages of ${pageSize}) equals one committed moment`, async () => {
    const { app, dir } = await newApp({ journalMode, pageSize, seed: pageSize + 7 });
    let newest = 0;
    for (let at = 0; at < 5; at += 1) {
      const target = path.join(dir, `copy-${at}.sqlite`);
      const made = await snapshot({ source: app.file, target });
      expect(made.journalMode).toBe(journalMode);
      expect(await verifyCopy(target, ['live', 'counter'])).toMatchObject({ state: 'good', sizeBytes: made.sizeBytes });
      const moment = app.momentOf(target);
      expect(moment).toBeGreaterThan(newest);
      newest = moment;
    }
    expect(readdirSync(dir).filter((name) => /copy.*(wal|shm|journal)$/.test(name))).toEqual([]);
  });
}

test('B2: the log of a crashed application is part of the copy, and stays where it was', async () => {
  const { app, dir } = await newApp({ hostile: false });
  await app.kill();
  const target = path.join(dir, 'copy.sqlite');
  const made = await snapshot({ source: app.file, target });
  expect(app.momentOf(target)).toBeGreaterThanOrEqual(200);
  expect(made.journalMode).toBe('wal');
  expect(existsSync(`${app.file}-wal`)).toBe(true);
});

test('B2: a hot journal of a crashed writer is rolled back before the copy', async () => {
  const db = new Database(path.join(temp.dir, 'spilling.sqlite'));
  db.pragma('cache_size = 5');
  db.exec('CREATE TABLE live (id INTEGER PRIMARY KEY, body TEXT)');
  const insert = db.prepare('INSERT INTO live (body) VALUES (?)');
  insert.run('committed');
  db.exec('BEGIN');
  for (let at = 0; at < 500; at += 1) insert.run('x'.repeat(1_000));
  // Both files as they lie on the disk in mid-transaction: what a power cut leaves.
  const crashed = path.join(temp.dir, 'crashed.sqlite');
  for (const suffix of ['', '-journal']) cpSync(`${db.name}${suffix}`, `${crashed}${suffix}`);
  db.exec('ROLLBACK');
  db.close();
  const target = path.join(temp.dir, 'rolled-back.sqlite');
  await snapshot({ source: crashed, target });
  const copy = new Database(target, { readonly: true });
  expect(copy.prepare('SELECT count(*) FROM live').pluck().get()).toBe(1);
  copy.close();
  expect(existsSync(`${crashed}-journal`)).toBe(false);
});

test('a snapshot over its limit ends with BACKUP_TIMEOUT and leaves nothing', async () => {
  const { app, dir } = await newApp({});
  const target = path.join(dir, 'copy.sqlite');
  const limits = { timeMs: 0, walGrowthBytes: 1 };
  await expect(snapshot({ source: app.file, target, limits, onPinned: untilFailed })).rejects.toMatchObject({
    code: 'BACKUP_TIMEOUT',
  });
  expect(existsSync(target)).toBe(false);
});

test('rule 5: a restore that takes the lock gets the file within 2 s', async () => {
  const { app, dir } = await newApp({});
  const lock = { dir: path.join(dir, 'locks'), db: 'game' };
  const target = path.join(dir, 'copy.sqlite');
  let ownTime = () => Number.NaN;
  const onPinned = async () => {
    await takeDbLock(lock);
    ownTime = startOwnTime();
    await untilFailed();
  };
  await expect(snapshot({ source: app.file, target, lock, onPinned })).rejects.toMatchObject({
    code: 'BACKUP_INTERRUPTED',
  });
  expect(ownTime()).toBeLessThan(2_000);
  expect(existsSync(target)).toBe(false);
});

test('bad sources are named: missing, not SQLite, locked', async () => {
  const target = path.join(temp.dir, 'bad-copy.sqlite');
  const text = path.join(temp.dir, 'notes.txt');
  writeFileSync(text, 'not a database'.repeat(100));
  const locked = path.join(temp.dir, 'locked.sqlite');
  const db = new Database(locked);
  db.exec('CREATE TABLE t (a)');
  db.pragma('locking_mode = EXCLUSIVE');
  db.exec('BEGIN EXCLUSIVE');
  await expect(snapshot({ source: `${text}.no`, target })).rejects.toMatchObject({ code: 'DB_NOT_FOUND' });
  await expect(snapshot({ source: text, target })).rejects.toMatchObject({ code: 'DB_NOT_SQLITE' });
  await expect(snapshot({ source: locked, target })).rejects.toMatchObject({ code: 'DB_LOCKED' });
  db.close();
  expect(existsSync(target)).toBe(false);
});

/** Holds the snapshot at its pinned step; the snapshot's own failure ends the test long before. */
const untilFailed = () => new Promise<void>(() => undefined);
