import {
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { YobanConfig } from '@yoban/shared/config/yoban-config';
import { openStore } from '@yoban/shared/facts/open-store';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createRestoreAction } from '../src/restore/create-restore-action.ts';
import { createCommand, usualTimes } from '../src/supervisors/command.ts';
import type { Supervisor } from '../src/supervisors/supervisor.ts';
import { createPrivateRun } from '../src/testing/private-run.ts';

const temp = makeTempDir();
afterAll(() => temp.remove());
let round = 0;
let dir = '';
let file = '';
let backupDir = '';
const ends: (() => Promise<void>)[] = [];

beforeEach(() => {
  round += 1;
  dir = path.join(temp.dir, `r${round}`);
  file = path.join(dir, 'data', 'game.sqlite');
  backupDir = path.join(dir, 'backups');
  for (const folder of [path.dirname(file), path.join(backupDir, 'hourly')]) mkdirSync(folder, { recursive: true });
});
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const now = Date.UTC(2026, 2, 11, 12);
const day = (text: string, at: string, where = file) => {
  const db = openStore(where, ['CREATE TABLE live (text TEXT)']);
  db.prepare('INSERT INTO live VALUES (?)').run(text);
  db.pragma('journal_mode = DELETE');
  db.close();
  utimesSync(where, new Date(at), new Date(at));
};
/** A backup by its name alone, as a catalog that is lost leaves it. */
const backup = (stamp: string, at: string) => {
  const copy = path.join(backupDir, 'hourly', `game_hourly_${stamp}.sqlite`);
  day(`backup of ${at}`, at, copy);
  return copy;
};
const spoil = (where: string, at: number, text: string) => {
  const descriptor = openSync(where, 'r+');
  writeSync(descriptor, text, at);
  closeSync(descriptor);
};
const content = () => {
  const db = openStore(file, []);
  const text = db.prepare('SELECT text FROM live').pluck().get();
  db.close();
  return text;
};
const act = (supervisor: Supervisor | null = null, signal = new AbortController().signal) => {
  const { databases, services } = YobanConfig.parse({
    version: 1,
    databases: [{ name: 'game', path: file, requiredTables: ['live'], ...(supervisor && { service: 'shop' }) }],
    services: { shop: {} },
  });
  const [db] = databases;
  if (!db) throw new Error('no database');
  const deps = { locksDir: path.join(dir, 'locks'), zone: 'Asia/Tokyo', now: () => now };
  const restore = createRestoreAction({
    ...deps,
    databases: [{ db, backupDir }],
    services,
    supervisorOf: () => supervisor,
  });
  return restore('game', signal);
};

test('R4: the newest good backup is used, however many newer ones are bad, and the loss is said in minutes', async () => {
  const good = backup('20260311_180000', '2026-03-11T09:00:00Z');
  spoil(backup('20260311_190000', '2026-03-11T10:00:00Z'), 0, 'garbage over the header');
  spoil(backup('20260311_200000', '2026-03-11T11:00:00Z'), 4_096, 'x'.repeat(4_000));
  day('lost', '2026-03-11T11:30:00Z');
  spoil(file, 0, 'this is no database any more');
  utimesSync(file, new Date('2026-03-11T11:30:00Z'), new Date('2026-03-11T11:30:00Z'));
  const done = await act();
  expect(done).toMatchObject({ ok: true });
  expect(done.detail).toContain(
    `restored from ${good}, after 2 bad ones, 150 min of writes lost; the old one lies at `,
  );
  expect(done.detail).toContain('.corrupted_');
  expect(content()).toBe('backup of 2026-03-11T09:00:00Z');
});

test('R4: a sound database is never replaced, whoever asks', async () => {
  backup('20260311_180000', '2026-03-11T09:00:00Z');
  day('sound', '2026-03-11T11:30:00Z');
  const before = readFileSync(file);
  const done = await act();
  expect(done).toMatchObject({ ok: false, detail: 'game is sound; nothing was restored' });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('R4: an emptied database and one that is gone are bad', async () => {
  backup('20260311_180000', '2026-03-11T09:00:00Z');
  writeFileSync(file, '');
  expect(await act()).toMatchObject({ ok: true });
  expect(content()).toBe('backup of 2026-03-11T09:00:00Z');
});

test('R4: without a good backup nothing is touched', async () => {
  writeFileSync(file, 'no database');
  expect((await act()).detail).toContain('no backup of game in');
  spoil(backup('20260311_180000', '2026-03-11T09:00:00Z'), 0, 'garbage over the header');
  expect((await act()).detail).toBe('none of the 1 backups of game is good');
  expect(readFileSync(file, 'utf8')).toBe('no database');
});

test('R4: a real app that has it open is stopped, and runs on the restored data in the end', async () => {
  backup('20260311_180000', '2026-03-11T09:00:00Z');
  day('lost', '2026-03-11T11:30:00Z');
  const script = path.join(dir, 'holder.mjs');
  writeFileSync(
    script,
    `import fs from 'node:fs'; fs.openSync(${JSON.stringify(file)}, 'r+'); setInterval(() => {}, 1000);`,
  );
  const run = createPrivateRun(script);
  ends.push(() => run.stop());
  const { pid } = await run.start();
  const supervisor = createCommand(run.socket, usualTimes);
  ends.push(async () => supervisor.watch(() => undefined)());
  spoil(file, 0, 'this is no database any more');
  const done = await act(supervisor);
  expect(done).toMatchObject({ ok: true, detail: expect.stringContaining('game restored from') });
  const after = await waitFor('the app', () => run.status());
  expect(after).toMatchObject({ state: 'online' });
  expect(after.pid).not.toBe(pid);
  expect(content()).toBe('backup of 2026-03-11T09:00:00Z');
});

test('broken off before it began, it restores nothing', async () => {
  copyFileSync(backup('20260311_180000', '2026-03-11T09:00:00Z'), file);
  spoil(file, 0, 'this is no database any more');
  expect(await act(null, AbortSignal.abort())).toMatchObject({ ok: false });
  expect(readFileSync(file, 'latin1').startsWith('this is no database')).toBe(true);
});
