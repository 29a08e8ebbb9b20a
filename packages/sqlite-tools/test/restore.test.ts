import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { openCatalog } from '../src/catalog.ts';
import { type GuardedService, type RestoreDeps, type RestoreRequest, restore, restoreSteps } from '../src/restore.ts';
import { candidateOfFile, type RestoreCandidate, restoreCandidates } from '../src/restore-candidates.ts';
import { defaultRotation } from '../src/rotation.ts';
import { takeBackup } from '../src/take-backup.ts';
import { verifyBackupFile } from '../src/verify-backup-file.ts';
import { killApp, killApps, startApp } from './support/start-holding-app.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());

afterEach(killApps);

const hashOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
/** Name to hash of the database and everything beside it but the shared index, which SQLite may rebuild at any open. */
const setOf = (dir: string) =>
  Object.fromEntries(
    readdirSync(dir)
      .filter((name) => /^game\.sqlite(-wal|-journal)?$/.test(name))
      .map((name) => [name, hashOf(path.join(dir, name))]),
  );
/** Content without SQLite's own order of bytes. */
const rowsOf = (file: string): string => {
  const db = new Database(file, { readonly: true });
  const hash = createHash('sha256');
  for (const row of db.prepare('SELECT * FROM live ORDER BY id').iterate()) hash.update(JSON.stringify(row));
  db.close();
  return hash.digest('hex');
};

let dir: string;
let file: string;
let app: ChildProcess;
let candidates: RestoreCandidate[];
let goodRows: string;
let count = 0;
const nowMs = Date.UTC(2026, 2, 11, 6);

/** A live application with a weekly and an hourly backup behind it, and commits after them in its log. */
beforeEach(async () => {
  count += 1;
  dir = path.join(temp.dir, `${count}`);
  mkdirSync(dir);
  file = path.join(dir, 'game.sqlite');
  app = await startApp(file);
  const backupDir = path.join(dir, 'backups');
  const catalog = openCatalog(backupDir);
  for (const [at, tier] of (['weekly', 'hourly'] as const).entries()) {
    const deps = { catalog, backupDir, locksDir: path.join(dir, 'locks'), zone: 'Asia/Tokyo', record: () => undefined };
    await takeBackup(
      {
        db: { name: 'game', path: file, requiredTables: ['live'] },
        tier,
        rotation: defaultRotation[tier],
        gzip: tier === 'weekly',
        dueAtMs: nowMs + at * 1_000,
        trigger: 'schedule',
      },
      { ...deps, now: () => nowMs + at * 1_000 },
    );
  }
  candidates = await restoreCandidates(catalog, backupDir, 'game');
  goodRows = rowsOf(newest().path);
  catalog.close();
  await killApp(app);
  app = await startApp(file);
});

const newest = (): RestoreCandidate => {
  const [candidate] = candidates;
  if (!candidate) throw new Error('no backup was made');
  return candidate;
};

const serviceOf = (onStart: () => void = () => undefined): GuardedService => ({
  stop: () => killApp(app),
  start: async () => {
    onStart();
    if (app.exitCode !== null || app.signalCode !== null) app = await startApp(file);
  },
  waitHealthy: async () => ({ healthy: true, detail: 'answers' }),
});

const ask = (change: Partial<RestoreRequest> = {}): RestoreRequest => ({
  db: { name: 'game', path: file, requiredTables: ['live'] },
  candidate: newest(),
  next: candidates.slice(1),
  ...change,
});
const using = (change: Partial<RestoreDeps> = {}): RestoreDeps => ({
  locksDir: path.join(dir, 'locks'),
  zone: 'Asia/Tokyo',
  now: () => nowMs,
  service: serviceOf(),
  ...change,
});

test('R3: the newest backup takes the place, the old set lies aside whole, owner and mode are kept', async () => {
  execFileSync('chmod', ['0664', file]);
  let rows = '';
  const onStart = () => {
    rows = rowsOf(file);
  };
  let old: Record<string, string> = {};
  const service = serviceOf(onStart);
  const stop = async () => {
    await service.stop();
    old = setOf(dir);
  };
  const report = await restore(ask(), using({ service: { ...service, stop } }));
  expect(report).toMatchObject({ current: 'ok', recovered: 'nothing', health: { state: 'healthy' } });
  expect(rows).toBe(goodRows);
  const aside = `${file}.pre_restore_20260311_150000`;
  expect(report.aside).toBe(aside);
  expect({ 'game.sqlite': hashOf(aside), 'game.sqlite-wal': hashOf(`${aside}-wal`) }).toEqual(old);
  expect(statSync(file).mode & 0o777).toBe(0o664);
  const db = new Database(file, { readonly: true });
  expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
  db.close();
  expect(readdirSync(dir).filter((name) => name.includes('restoring') || name.startsWith('.'))).toEqual([]);
});

for (const step of restoreSteps) {
  test(`R3: a failure at "${step}" leaves the old set byte-equal in place and the app running`, async () => {
    let beforeStop: Record<string, string> | null = null;
    let atStart: Record<string, string> | null = null;
    const service = serviceOf(() => {
      atStart = setOf(dir);
    });
    const stop = async () => {
      await service.stop();
      beforeStop ??= setOf(dir);
    };
    const onStep = (passed: string) => {
      if (passed === step) throw new Error(`forced at ${step}`);
    };
    await expect(restore(ask(), using({ service: { ...service, stop }, onStep }))).rejects.toMatchObject({
      code: 'RESTORE_FAILED',
    });
    expect(app.exitCode ?? app.signalCode).toBeNull();
    expect(atStart).toEqual(beforeStop);
    expect(readdirSync(dir).filter((name) => /restor|corrupted|^\./.test(name))).toEqual([]);
  });
}

for (const step of restoreSteps) {
  test(`a restore killed at "${step}" is ended by the next one, which then succeeds`, async () => {
    await killApp(app);
    const before = setOf(dir);
    const beforeRows = rowsOfCopy(file);
    const killed = fork(
      path.join(import.meta.dirname, 'support', 'killed-restore.ts'),
      [JSON.stringify({ step, request: ask(), locksDir: path.join(dir, 'locks') })],
      { execArgv: ['--conditions=yoban-src'] },
    );
    expect((await once(killed, 'exit'))[1]).toBe('SIGKILL');
    const report = await restore(ask(), using({ service: null, now: () => nowMs + 5_000 }));
    const isPlaced = step === 'placed' || step === 'started';
    const isMoving = step === 'recorded' || step === 'aside';
    expect(report.recovered).toBe(isPlaced ? 'finished' : isMoving ? 'undone' : 'nothing');
    expect(rowsOf(file)).toBe(goodRows);
    const sets = readdirSync(dir).filter((name) => /pre_restore_\d{8}_\d{6}$/.test(name));
    const old = sets.map((name) => path.join(dir, name)).find((set) => hashOf(set) === before['game.sqlite']);
    expect(rowsOfCopy(old ?? '')).toBe(beforeRows);
  });
}

/** Reads a set without changing it: what SQLite replays, it replays in the copy. */
function rowsOfCopy(set: string): string {
  const copy = path.join(temp.dir, `copy-${crypto.randomUUID()}.sqlite`);
  for (const suffix of ['', '-wal', '-journal']) {
    if (existsSync(`${set}${suffix}`)) copyFileSync(`${set}${suffix}`, `${copy}${suffix}`);
  }
  return rowsOf(copy);
}

test('R1: a set that was put aside comes back with what its log holds, and is not changed by it', async () => {
  await killApp(app);
  const oldRows = rowsOfCopy(file);
  expect(oldRows).not.toBe(goodRows);
  const { aside } = await restore(ask(), using({ service: null }));
  if (!aside) throw new Error('nothing was put aside');
  const before = ['', '-wal'].map((suffix) => hashOf(`${aside}${suffix}`));
  expect(await verifyBackupFile(await candidateOfFile(aside), ['live'], dir)).toMatchObject({ state: 'good' });
  await restore(ask({ candidate: await candidateOfFile(aside) }), using({ service: null, now: () => nowMs + 60_000 }));
  expect(['', '-wal'].map((suffix) => hashOf(`${aside}${suffix}`))).toEqual(before);
  expect(rowsOf(file)).toBe(oldRows);
  expect(readdirSync(dir).filter((name) => /restoring|^\./.test(name))).toEqual([]);
});

test('R1: a candidate with a hot journal is rolled back in a copy', async () => {
  const { crashed, rows } = crashedMidway(path.join(dir, 'crashed.sqlite'));
  const before = ['', '-journal'].map((suffix) => hashOf(`${crashed}${suffix}`));
  await killApp(app);
  await restore(ask({ candidate: await candidateOfFile(crashed) }), using({ service: null }));
  expect(rowsOf(file)).toBe(rows);
  expect(['', '-journal'].map((suffix) => hashOf(`${crashed}${suffix}`))).toEqual(before);
});

/** A rollback-mode database as a power cut leaves it: pages of an unfinished transaction in the file, the old ones in the journal. */
function crashedMidway(crashed: string): { crashed: string; rows: string } {
  const db = new Database(`${crashed}.live`);
  db.exec('CREATE TABLE live (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = db.prepare('INSERT INTO live (text) VALUES (?)');
  for (let at = 0; at < 500; at += 1) insert.run('x'.repeat(500));
  const rows = rowsOf(`${crashed}.live`);
  db.pragma('cache_size = 5');
  db.exec('BEGIN');
  db.exec("UPDATE live SET text = 'changed' || text");
  for (const suffix of ['', '-journal']) copyFileSync(`${crashed}.live${suffix}`, `${crashed}${suffix}`);
  db.exec('ROLLBACK');
  db.close();
  return { crashed, rows };
}

test('R2: a set that somebody writes to is no candidate', async () => {
  const other = path.join(dir, 'other.sqlite');
  const writer = await startApp(other);
  await expect(
    restore(ask({ candidate: await candidateOfFile(other) }), using({ service: null })),
  ).rejects.toMatchObject({ code: 'RESTORE_FILE_IN_USE', message: expect.stringContaining(`pid ${writer.pid} (`) });
});

test('R2: the database itself is no candidate, under whatever name', async () => {
  const before = setOf(dir);
  symlinkSync(file, path.join(dir, 'linked.sqlite'));
  linkSync(file, path.join(dir, 'hard.sqlite'));
  for (const name of ['game.sqlite', 'linked.sqlite', 'hard.sqlite']) {
    const candidate = await candidateOfFile(path.join(dir, name));
    await expect(restore(ask({ candidate }), using())).rejects.toMatchObject({
      code: 'RESTORE_CANDIDATE_BAD',
      message: expect.stringContaining('is the live database itself'),
    });
  }
  expect(setOf(dir)).toEqual(before);
  expect(app.signalCode).toBeNull();
});

test('R2: a bad candidate stops the restore before the service, and names the next good one', async () => {
  const bytes = readFileSync(newest().path);
  writeFileSync(newest().path, bytes.fill(1, 5_000, 5_100));
  const pid = app.pid;
  const before = setOf(dir);
  await expect(restore(ask(), using())).rejects.toMatchObject({
    code: 'RESTORE_CANDIDATE_BAD',
    message: expect.stringContaining(candidates[1]?.path ?? 'none'),
    fields: { nextGood: candidates[1]?.path },
  });
  expect(app.pid).toBe(pid);
  expect(app.signalCode).toBeNull();
  expect(setOf(dir)).toEqual(before);
});

test('B3: a file is proved again as a restore would, and one changed byte is found, plain or packed', async () => {
  for (const candidate of candidates) {
    expect(await verifyBackupFile(candidate, ['live'], dir)).toMatchObject({ state: 'good' });
    expect(await verifyBackupFile(candidate, ['tips'], dir)).toMatchObject({ state: 'bad' });
    const bytes = readFileSync(candidate.path);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    writeFileSync(candidate.path, bytes);
    expect(await verifyBackupFile(candidate, ['live'], dir)).toMatchObject({ state: 'bad' });
  }
  writeFileSync(newest().path, readFileSync(candidates[1]?.path ?? '').subarray(0, 200));
  expect(await verifyBackupFile({ ...newest(), sha256: null }, ['live'], dir)).toMatchObject({ state: 'bad' });
  const gone = { ...newest(), path: path.join(dir, 'gone.sqlite') };
  await expect(verifyBackupFile(gone, ['live'], dir)).rejects.toMatchObject({ code: 'BACKUP_NOT_FOUND' });
});

test('R1: a packed weekly file restores, also without the catalog', async () => {
  const known = await restoreCandidates(null, path.join(dir, 'backups'), 'game');
  expect(known).toHaveLength(2);
  const candidate = known.find((other) => other.tier === 'weekly') ?? newest();
  expect(candidate).toMatchObject({ tier: 'weekly', state: 'unknown' });
  await killApp(app);
  await restore(ask({ candidate }), using({ service: null }));
  expect(rowsOf(file)).toBe(goodRows);
});

test('R3: a process that still has the file open stops the restore, named', async () => {
  const other = await startApp(file);
  const failing = restore(ask(), using());
  await expect(failing).rejects.toMatchObject({
    code: 'RESTORE_FILE_IN_USE',
    message: expect.stringContaining(`pid ${other.pid} (`),
  });
  expect(app.exitCode ?? app.signalCode).toBeNull();
});

test('R3: a damaged database is put aside as corrupted, the newest three sets and the first of the day stay', async () => {
  for (let at = 0; at < 5; at += 1) {
    await killApp(app);
    writeFileSync(file, 'garbage'.repeat(2_000));
    const report = await restore(ask(), using({ now: () => nowMs + at * 60_000 }));
    expect(report.current).toBe('corrupt');
  }
  const sets = readdirSync(dir).filter((name) => /\.corrupted_\d{8}_\d{6}$/.test(name));
  expect(sets).toEqual([0, 2, 3, 4].map((at) => `game.sqlite.corrupted_20260311_150${at}00`));
});

test('R3: once the restored database counts, neither its service nor the clearing of old sets can undo it', async () => {
  for (const second of [1, 2, 3, 4]) mkdirSync(`${file}.pre_restore_2020010${second}_000000`);
  const starts: string[] = [];
  const service = {
    ...serviceOf(() => starts.push(rowsOf(file))),
    waitHealthy: () => Promise.reject(new Error('the probe broke')),
  };
  const report = await restore(ask(), using({ service }));
  expect(report).toMatchObject({ health: { state: 'not-healthy', detail: 'the probe broke' } });
  expect(report.pruneError).toContain('pre_restore_20200102_000000');
  expect(starts).toEqual([goodRows]);
  expect(readdirSync(dir).filter((name) => /restoring|^\./.test(name))).toEqual([]);
});

test('R3: a database that cannot even be read is put aside all the same', async () => {
  await killApp(app);
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`);
  mkdirSync(file);
  const report = await restore(ask(), using({ service: null }));
  expect(report.current).toBe('unknown');
  expect(rowsOf(file)).toBe(goodRows);
});

test('R3: works where no database is left at all', async () => {
  await killApp(app);
  const lost = { name: 'game', path: path.join(dir, 'disk', 'deep', 'game.sqlite'), requiredTables: ['live'] };
  await expect(restore(ask({ db: lost }), using({ service: null }))).rejects.toMatchObject({
    code: 'DB_NOT_FOUND',
    message: `${path.join(dir, 'disk')} does not exist: is the disk mounted?`,
  });
  expect(existsSync(path.join(dir, 'disk'))).toBe(false);
  const gone = path.join(dir, 'gone', 'game.sqlite');
  const report = await restore(
    ask({ db: { name: 'game', path: gone, requiredTables: ['live'] } }),
    using({ service: null }),
  );
  expect(report).toMatchObject({ aside: null, current: 'absent', health: { state: 'no-service' } });
  expect(rowsOf(gone)).toBe(goodRows);
});

test('the source document leaves the log of a crashed database beside the restored file, which ruins it; ours does not', async () => {
  await killApp(app);
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  const theirs = path.join(dir, 'theirs.sqlite');
  for (const suffix of ['', '-wal']) copyFileSync(`${file}${suffix}`, `${theirs}${suffix}`);
  renameSync(theirs, `${theirs}.aside`);
  // What `.backup` writes of a WAL database is marked as one.
  writeFileSync(theirs, readFileSync(newest().path).fill(2, 18, 20));
  expect(readRowsOrNull(theirs)).not.toBe(goodRows);
  await restore(ask(), using({ service: null }));
  expect(rowsOf(file)).toBe(goodRows);
});

function readRowsOrNull(damaged: string): string | null {
  try {
    return rowsOf(damaged);
  } catch {
    // "malformed" proves the point as well as wrong rows do.
    return null;
  }
}
