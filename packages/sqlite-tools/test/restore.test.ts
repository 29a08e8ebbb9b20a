import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { restore, restoreSteps } from '../src/restore.ts';
import {
  app,
  ask,
  dir,
  file,
  goodRows,
  hashOf,
  newest,
  nowMs,
  rowsOf,
  rowsOfCopy,
  serviceOf,
  setOf,
  using,
} from './support/restore-arena.ts';
import { killApp, startApp } from './support/start-holding-app.ts';

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

test('a log of a crashed database that is left beside the file put in its place ruins it; ours leaves none', async () => {
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
