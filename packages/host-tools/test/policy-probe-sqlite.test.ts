import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@yoban/shared/facts/open-store';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { afterAll, expect, test } from 'vitest';
import { policyProbeConformance } from './policy-probe-conformance.ts';
import { lookOnce, probeOf } from './probe-around.ts';

const temp = makeTempDir();
const holders: ChildProcess[] = [];
afterAll(() => {
  for (const child of holders) child.kill('SIGKILL');
  temp.remove();
});

const table = 'CREATE TABLE game_state (id INTEGER PRIMARY KEY, name TEXT); CREATE INDEX by_name ON game_state (name)';
const rows = `INSERT INTO game_state (name)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) SELECT 'name-' || i FROM n`;

/** A sound database, closed, whose log is empty. */
function makeDatabase(name: string): string {
  const file = path.join(temp.dir, name);
  const db = openStore(file, [table]);
  db.exec(rows);
  db.pragma('journal_mode = DELETE');
  db.close();
  return file;
}

const pageBytes = 4_096;
/** Kinds of pages (file format, section 1.6). */
const leaf = { table: 0x0d, index: 0x0a };

/** Changes bytes of one leaf page of this kind, in the cell at its end: what stands before may be left over from others. */
function damage(file: string, kind: keyof typeof leaf, text: string): void {
  const bytes = readFileSync(file);
  for (let at = pageBytes; at < bytes.length; at += pageBytes) {
    const word = bytes[at] === leaf[kind] ? bytes.subarray(at, at + pageBytes).lastIndexOf('name-') : -1;
    if (word < 0) continue;
    bytes.write(text, at + word);
    writeFileSync(file, bytes);
    return;
  }
  throw new Error(`no ${kind} leaf in ${file}`);
}

async function hold(file: string): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('./support/hold-database.ts', import.meta.url));
  const child = fork(script, [file], { execArgv: ['--conditions=yoban-src'] });
  holders.push(child);
  await once(child, 'message');
  return child;
}

const around = { baseDir: temp.dir };
const sound = { type: 'sqlite', path: 'game.sqlite', requireTables: ['game_state'], timeout: '10s' };

policyProbeConformance('sqlite', { timeoutMs: 1_500, hung: 'unknown', blind: true }, async () => {
  const file = makeDatabase('game.sqlite');
  const copy = `${file}.copy`;
  copyFileSync(file, copy);
  let holder: ChildProcess | null = null;
  return {
    probe: () => probeOf({ ...sound, timeout: '1500ms' }, around),
    hurt: () => truncateSync(file, 8 * pageBytes),
    reason: /image is malformed|Page|page|damaged/,
    heal: async () => {
      holder?.kill('SIGKILL');
      if (holder && holder.signalCode === null) await once(holder, 'exit');
      holder = null;
      rmSync(`${file}-journal`, { force: true });
      copyFileSync(copy, file);
    },
    hang: async () => {
      holder = await hold(file);
    },
    blind: {
      // A disk of another kind: /proc holds nothing that SQLite could lock.
      probe: () => probeOf({ ...sound, path: '/proc/self/mem', minBytes: 0 }, around),
      reason: /./,
    },
    end: () => undefined,
  };
});

test('sqlite: an emptied database is sound to SQLite; its tables, its size or its header give it away', async () => {
  const file = makeDatabase('emptied.sqlite');
  truncateSync(file, 0);
  const declared = { ...sound, path: file };
  expect(await lookOnce(probeOf(declared))).toMatchObject({ passes: false, detail: 'it has 0 bytes, fewer than 512' });
  expect(await lookOnce(probeOf({ ...declared, minBytes: 0 }))).toMatchObject({ passes: false, unknown: false });
  rmSync(file);
  openStore(file, ['CREATE TABLE other (id)']).close();
  expect(await lookOnce(probeOf(declared))).toMatchObject({ passes: false, detail: 'it has no table game_state' });
  rmSync(file);
  expect(await lookOnce(probeOf(declared))).toMatchObject({ passes: false, detail: 'there is no such file' });
});

test('sqlite: garbage at its head and in a table are found by either check, damage of an index by the whole one only', async () => {
  const file = makeDatabase('index.sqlite');
  damage(file, 'index', 'nbme-');
  expect(await lookOnce(probeOf({ ...sound, path: file, check: 'quick' }))).toMatchObject({ passes: true });
  expect(await lookOnce(probeOf({ ...sound, path: file }))).toMatchObject({ passes: false, unknown: false });
  for (const check of ['quick', 'integrity']) {
    const other = makeDatabase(`${check}.sqlite`);
    writeFileSync(other, Buffer.alloc(100, 'garbage '), { flag: 'r+' });
    const finding = await lookOnce(probeOf({ ...sound, path: other, check }));
    expect(finding).toMatchObject({ passes: false, unknown: false, detail: expect.stringContaining('not a SQLite') });
  }
});

test('sqlite: a log that was deleted leaves a sound database; only its age tells', async () => {
  const file = path.join(temp.dir, 'wal.sqlite');
  const db = openStore(file, [table]);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.exec(rows);
  const declared = { ...sound, path: file, maxAge: '10m' };
  const hourAgo = Date.now() / 1_000 - 3_600;
  utimesSync(file, hourAgo, hourAgo);
  // The log alone was written: that counts.
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  expect(await lookOnce(probeOf(declared))).toMatchObject({ passes: true, unit: 's' });
  const cut = path.join(temp.dir, 'cut.sqlite');
  copyFileSync(file, cut);
  utimesSync(cut, hourAgo, hourAgo);
  db.close();
  expect(await lookOnce(probeOf({ ...declared, path: cut, maxAge: '2h' }))).toMatchObject({ passes: true });
  utimesSync(cut, hourAgo, hourAgo);
  expect(await lookOnce(probeOf({ ...declared, path: cut }))).toMatchObject({
    ...{ passes: false, detail: 'last written 1 h ago, over 10 min' },
  });
});

test('sqlite: a database that somebody keeps locked is no damaged one', async () => {
  const file = makeDatabase('locked.sqlite');
  await hold(file);
  const finding = await lookOnce(probeOf({ ...sound, path: file }));
  expect(finding).toMatchObject({ passes: false, unknown: true, detail: expect.stringContaining('locked') });
});
