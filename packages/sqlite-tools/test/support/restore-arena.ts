// A live application with backups behind it, made anew before each test of the file that imports this.
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { catalogPath, openCatalog } from '../../src/catalog.ts';
import type { GuardedService, RestoreDeps, RestoreRequest } from '../../src/restore.ts';
import { type RestoreCandidate, restoreCandidates } from '../../src/restore-candidates.ts';
import { defaultRotation } from '../../src/rotation.ts';
import { takeBackup } from '../../src/take-backup.ts';
import { killApp, killApps, startApp } from './start-holding-app.ts';

export const temp = makeTempDir();
afterAll(() => temp.remove());

afterEach(killApps);

export const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
/** Name to hash of the database and everything beside it but the shared index, which SQLite may rebuild at any open. */
export const setOf = (dir: string) =>
  Object.fromEntries(
    readdirSync(dir)
      .filter((name) => /^game\.sqlite(-wal|-journal)?$/.test(name))
      .map((name) => [name, hashOf(path.join(dir, name))]),
  );
/** Content without SQLite's own order of bytes. */
export const rowsOf = (file: string): string => {
  const db = new Database(file, { readonly: true });
  const hash = createHash('sha256');
  for (const row of db.prepare('SELECT * FROM live ORDER BY id').iterate()) hash.update(JSON.stringify(row));
  db.close();
  return hash.digest('hex');
};

export let dir: string;
export let file: string;
export let app: ChildProcess;
export let candidates: RestoreCandidate[];
export let goodRows: string;
let count = 0;
export const nowMs = Date.UTC(2026, 2, 11, 6);

/** Made once: a database with a weekly and an hourly backup behind it, as its killed application left it. */
const template = path.join(temp.dir, 'template');
beforeAll(async () => {
  const [db, backupDir] = [path.join(template, 'game.sqlite'), path.join(template, 'backups')];
  mkdirSync(template);
  const writer = await startApp(db);
  const catalog = openCatalog(backupDir);
  for (const [at, tier] of (['weekly', 'hourly'] as const).entries()) {
    const now = nowMs + at * 1_000;
    const made = await takeBackup(
      {
        db: { name: 'game', path: db, requiredTables: ['live'] },
        tier,
        rotation: defaultRotation[tier],
        gzip: tier === 'weekly',
        dueAtMs: now,
        trigger: 'schedule',
      },
      {
        ...{ catalog, backupDir, locksDir: path.join(template, 'locks'), zone: 'Asia/Tokyo' },
        ...{ record: () => undefined, now: () => now },
      },
    );
    if (made.outcome !== 'ok') throw new Error(`no ${tier} backup was made`);
  }
  catalog.close();
  await killApp(writer);
});

/** Where a catalog keeps whole paths, moved with its folder. */
function moveCatalog(backupDir: string): void {
  const db = new Database(catalogPath(backupDir));
  const move = (column: string) => `${column} = replace(${column}, '${template}/', '${dir}/')`;
  db.exec(`UPDATE files SET ${move('path')}, ${move('body')}; UPDATE runs SET ${move('prepared')}`);
  db.close();
}

/** A live application with both backups behind it, and commits after them in its log. */
beforeEach(async () => {
  count += 1;
  dir = path.join(temp.dir, `${count}`);
  cpSync(template, dir, { recursive: true, preserveTimestamps: true });
  file = path.join(dir, 'game.sqlite');
  const backupDir = path.join(dir, 'backups');
  moveCatalog(backupDir);
  const catalog = openCatalog(backupDir);
  candidates = await restoreCandidates(catalog, backupDir, 'game');
  goodRows = rowsOf(newest().path);
  catalog.close();
  app = await startApp(file);
});

export const newest = (): RestoreCandidate => {
  const [candidate] = candidates;
  if (!candidate) throw new Error('no backup was made');
  return candidate;
};

export const serviceOf = (onStart: () => void = () => undefined): GuardedService => ({
  stop: () => killApp(app),
  start: async () => {
    onStart();
    if (app.exitCode !== null || app.signalCode !== null) app = await startApp(file);
  },
  waitHealthy: async () => ({ healthy: true, detail: 'answers' }),
});

export const ask = (change: Partial<RestoreRequest> = {}): RestoreRequest => ({
  db: { name: 'game', path: file, requiredTables: ['live'] },
  candidate: newest(),
  next: candidates.slice(1),
  ...change,
});
export const using = (change: Partial<RestoreDeps> = {}): RestoreDeps => ({
  locksDir: path.join(dir, 'locks'),
  zone: 'Asia/Tokyo',
  now: () => nowMs,
  service: serviceOf(),
  ...change,
});

/** Reads a set without changing it: what SQLite replays, it replays in the copy. */
export function rowsOfCopy(set: string): string {
  const copy = path.join(temp.dir, `copy-${crypto.randomUUID()}.sqlite`);
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(`${set}${suffix}`)) copyFileSync(`${set}${suffix}`, `${copy}${suffix}`);
  }
  return rowsOf(copy);
}
