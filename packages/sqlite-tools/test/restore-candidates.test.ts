import { copyFileSync, linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { restore } from '../src/restore.ts';
import { candidateOfFile, restoreCandidates } from '../src/restore-candidates.ts';
import { verifyBackupFile } from '../src/verify-backup-file.ts';
import {
  app,
  ask,
  candidates,
  dir,
  file,
  goodRows,
  hashOf,
  newest,
  nowMs,
  rowsOf,
  rowsOfCopy,
  setOf,
  using,
} from './support/restore-arena.ts';
import { killApp, startApp } from './support/start-holding-app.ts';

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
