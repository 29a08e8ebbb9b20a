import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPrivatePm2, type PrivatePm2 } from '@yoban/host-tools/testing/private-pm2';
import { firstBrokenAuditRow } from '@yoban/shared/facts/audit-log';
import { freePort } from '@yoban/shared/testing/free-port';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Home, makeDatabase, makeHome, notesIn } from './support/run-yoban.ts';

const temp = makeTempDir();
const cleanUps: (() => unknown)[] = [];
let pm2: PrivatePm2;
beforeAll(() => {
  pm2 = createPrivatePm2();
});
afterEach(async () => {
  for (const clean of cleanUps.splice(0).reverse()) await clean();
});
afterAll(async () => {
  await pm2.stop();
  temp.remove();
});

let homes = 0;
/** A home whose database holds `texts` and has one backup for each of them, oldest first; the database is closed. */
async function homeWithBackups(...texts: string[]): Promise<{ home: Home; files: string[] }> {
  homes += 1;
  const home = makeHome(path.join(temp.dir, `h${homes}`));
  home.configure('version: 1\ndatabases: [{name: game, path: data/game.sqlite, requiredTables: [notes]}]\n');
  const files: string[] = [];
  for (const text of texts) {
    const db: Database.Database = makeDatabase(home.dbPath, text);
    const { file } = (await home.yoban(['backup', 'now', '--json'])).json<{ file: { path: string } }>();
    files.push(file.path);
    db.close();
  }
  return { home, files };
}

/** What the command line recorded, its chain checked. */
function auditOf(home: Home): unknown[] {
  const db = new Database(path.join(home.dir, 'state', 'cli.sqlite'), { readonly: true });
  try {
    expect(firstBrokenAuditRow(db)).toBeNull();
    return db.prepare('SELECT action, target, result FROM audit ORDER BY seq').all();
  } finally {
    db.close();
  }
}

test('R1: without an argument the candidates are listed, exit 2', async () => {
  const { home, files } = await homeWithBackups('one', 'two');
  const before = readFileSync(home.dbPath);
  const ran = await home.yoban(['restore', '--json']);
  expect(ran.code).toBe(2);
  expect(ran.json().candidates).toMatchObject([
    { path: files[1], tier: 'hourly', state: 'verified' },
    { path: files[0], tier: 'hourly', state: 'verified' },
  ]);
  expect((await home.yoban(['restore'])).out).toContain('verified');
  expect(readFileSync(home.dbPath).equals(before)).toBe(true);
});

test('R1: a time, --latest and a file bring back what they name; the old set is kept', async () => {
  const { home, files } = await homeWithBackups('one', 'two');
  const list = (await home.yoban(['backup', 'list', '--json'])).json<{ files: { takenAt: string }[] }>();
  expect((await home.yoban(['restore', '--at', list.files[1]?.takenAt ?? '', '--yes'])).code).toBe(0);
  expect(notesIn(home.dbPath)).toEqual(['one']);
  const early = await home.yoban(['restore', '--at', '2020-01-01 00:00', '--yes']);
  expect(early).toMatchObject({ code: 2, err: expect.stringContaining('no backup was taken at or before') });

  const latest = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(latest.code).toBe(0);
  expect(latest.json()).toMatchObject({ restoredFrom: files[1], current: 'ok', health: { state: 'no-service' } });
  expect(latest.json().setAside).toMatch(/game\.sqlite\.pre_restore_\d{8}_\d{6}$/);
  expect(notesIn(home.dbPath)).toEqual(['one', 'two']);
  expect((await home.yoban(['restore', path.basename(files[0] ?? ''), '--yes'])).code).toBe(0);
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('B4: --latest means the newest that the catalog knows, not a newer file that only lies there', async () => {
  const { home, files } = await homeWithBackups('one');
  const stray = path.join(path.dirname(files[0] ?? ''), 'game_hourly_20991231_235959.sqlite');
  writeFileSync(stray, 'stray '.repeat(2_000));
  const ran = await home.yoban(['restore', '--latest', '--dry-run', '--json']);
  expect(ran.json()).toMatchObject({ restoredFrom: files[0] });
});

test('a damaged database is set aside as corrupted', async () => {
  const { home } = await homeWithBackups('one');
  writeFileSync(home.dbPath, Buffer.alloc(8_192, 7));
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran.json()).toMatchObject({ current: 'corrupt', setAside: expect.stringContaining('.corrupted_') });
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('R2: a bad candidate stops the restore with nothing changed and names the next good one', async () => {
  const { home, files } = await homeWithBackups('one', 'two');
  writeFileSync(files[1] ?? '', 'spoiled '.repeat(4_000));
  const before = home.listing();
  for (const args of [
    ['--latest', '--yes'],
    ['--latest', '--dry-run'],
    [files[1] ?? '', '--yes'],
  ]) {
    const ran = await home.yoban(['restore', ...args]);
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('error RESTORE_CANDIDATE_BAD');
    expect(ran.err).toContain(`the next good one is ${files[0]}`);
  }
  // What was tried is written down; nothing else is.
  const ignored = /catalog\.sqlite|run\/locks|state\/cli\.sqlite|reports\/recovery-/;
  expect(home.listing().filter((line) => !ignored.test(line))).toEqual(before.filter((line) => !ignored.test(line)));
});

test('R2: where every backup is bad, --latest says so and how to try one', async () => {
  const { home, files } = await homeWithBackups('one', 'two');
  for (const file of files) writeFileSync(file, 'spoiled '.repeat(4_000));
  const verified = await home.yoban(['backup', 'verify', '--all']);
  expect(verified.err).toContain('hint: The file stays and is marked BAD');
  expect(verified.out).toContain(`BAD   ${files[0]}: cannot be restored: `);
  const ran = await home.yoban(['restore', '--latest', '--yes']);
  expect(ran.code).toBe(1);
  expect(ran.err).toContain(`error RESTORE_CANDIDATE_BAD: every backup of game (2) is BAD; the newest is ${files[1]}`);
});

test('R2: the database itself is refused as a candidate, also in a rehearsal', async () => {
  const { home } = await homeWithBackups('one');
  for (const how of [['--dry-run'], ['--yes'], ['--to', 'copy.sqlite']]) {
    const ran = await home.yoban(['restore', home.dbPath, ...how]);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('is the live database itself') });
  }
});

test('R3: a process that still has the file open is named, and nothing is changed', async () => {
  const { home } = await homeWithBackups('one', 'two');
  const code = `const d=require('node:fs').openSync(${JSON.stringify(home.dbPath)},'r');process.stdout.write('x');setInterval(()=>d,1e6)`;
  const holder = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUps.push(() => holder.kill('SIGKILL'));
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const before = readFileSync(home.dbPath);
  const ran = await home.yoban(['restore', '--latest', '--yes']);
  expect(ran.code).toBe(1);
  expect(ran.err).toContain(`error RESTORE_FILE_IN_USE: pid ${holder.pid} (`);
  expect(readFileSync(home.dbPath).equals(before)).toBe(true);
});

test('without --yes and without a terminal nothing happens; at a terminal a person is asked', async () => {
  const { home } = await homeWithBackups('one', 'two');
  rmSync(home.dbPath);
  const alone = await home.yoban(['restore', '--latest']);
  expect(alone).toMatchObject({ code: 2, err: expect.stringContaining('RESTORE_NEEDS_CONFIRMATION') });
  const refused = await home.yoban(['restore', '--latest'], { interactive: true, ask: async () => 'n' });
  expect(refused.code).toBe(2);
  expect(existsSync(home.dbPath)).toBe(false);
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return 'y';
  };
  expect((await home.yoban(['restore', '--latest'], { interactive: true, ask })).code).toBe(0);
  expect(asked).toEqual([expect.stringContaining(home.dbPath)]);
  expect(notesIn(home.dbPath)).toEqual(['one', 'two']);
});

test('--dry-run verifies and changes nothing; --to writes a new file and never over one', async () => {
  const { home, files } = await homeWithBackups('one');
  const before = readFileSync(home.dbPath);
  const dry = await home.yoban(['restore', '--latest', '--dry-run', '--json']);
  expect(dry.json()).toMatchObject({ dryRun: true, restoredFrom: files[0], target: home.dbPath });
  const to = await home.yoban(['restore', '--latest', '--to', 'copy.sqlite', '--json']);
  expect(to).toMatchObject({ code: 0 });
  expect(notesIn(path.join(home.dir, 'copy.sqlite'))).toEqual(['one']);
  const again = await home.yoban(['restore', '--latest', '--to', 'copy.sqlite']);
  expect(again).toMatchObject({ code: 2, err: expect.stringContaining('exists already') });
  const lost = await home.yoban(['restore', '--latest', '--to', 'no/copy.sqlite']);
  expect(lost).toMatchObject({ code: 2, err: expect.stringContaining(`folder ${home.dir}/no does not exist`) });
  expect(readFileSync(home.dbPath).equals(before)).toBe(true);
});

test.each([
  ['a bad time text', ['--at', 'yesterday'], 'USAGE'],
  ['a file that is not there', ['nothing.sqlite', '--yes'], 'BACKUP_NOT_FOUND'],
  ['a folder', ['backups', '--yes'], 'BACKUP_NOT_FOUND'],
  ['an unknown database', ['--db', 'x', '--latest', '--yes'], 'DB_UNKNOWN'],
])('bad input: %s is exit 2 with nothing changed', async (_, args, code) => {
  const { home } = await homeWithBackups('one');
  const before = home.listing();
  const ran = await home.yoban(['restore', ...args]);
  expect(ran.code).toBe(2);
  expect(ran.err).toMatch(new RegExp(`error ${code}: .+\nhint: .+\n$`));
  expect(home.listing()).toEqual(before);
});

test('a restore is done also where its audit cannot be written, and says so', async () => {
  const { home } = await homeWithBackups('one');
  writeFileSync(path.join(home.dir, 'state'), 'in the way');
  const ran = await home.yoban(['restore', '--latest', '--yes']);
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('not in the audit') });
});

test('a file that is no backup is refused as a candidate', async () => {
  const { home } = await homeWithBackups('one');
  writeFileSync(path.join(home.dir, 'letter.txt'), 'dear diary '.repeat(1_000));
  const ran = await home.yoban(['restore', 'letter.txt', '--yes']);
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('RESTORE_CANDIDATE_BAD') });
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('R3: the guarded service is stopped under maintenance, restarted, waited for, and its pids are told', async () => {
  const { home } = await homeWithBackups('one', 'two');
  const app = path.join(home.dir, 'app.cjs');
  // Not one that the kernel gives to outgoing connections: while the app is stopped, one of those could take it.
  const port = await freePort();
  // Keeps the database open like a real one.
  writeFileSync(
    app,
    `const fs = require('node:fs');
     const fd = fs.openSync(${JSON.stringify(home.dbPath)}, 'r');
     const server = require('node:http').createServer((_, answer) => answer.end('ok ' + fd));
     server.listen(${port}, '127.0.0.1');`,
  );
  await pm2.startApp({ name: 'ailife', script: app });
  await waitFor('the app', () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  home.configure(`version: 1
primary: ailife
databases: [{name: game, path: data/game.sqlite, service: ailife, requiredTables: [notes]}]
services:
  ailife:
    supervisor: {kind: pm2, name: ailife, home: ${pm2.home}}
    health: {url: "http://127.0.0.1:${port}/"}
`);
  const status = (await home.yoban(['status', '--json'])).json<{
    services: { state: string; pid: number }[];
  }>();
  expect(status.services).toMatchObject([{ state: 'online' }]);

  const spoiled = path.join(home.dir, 'spoiled.sqlite');
  writeFileSync(spoiled, 'spoiled '.repeat(2_000));
  expect((await home.yoban(['restore', spoiled, '--yes'])).err).toContain('RESTORE_CANDIDATE_BAD');
  const unbroken = await home.yoban(['status', '--json']);
  expect(unbroken.json()).toMatchObject({ services: [{ pid: status.services[0]?.pid }] });

  writeFileSync(home.dbPath, 'garbage '.repeat(2_000));
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran.err).not.toContain('error');
  expect(ran.code).toBe(0);
  const report = ran.json<{ pidBefore: number; pidAfter: number; steps: { step: string }[] }>();
  expect(report).toMatchObject({
    health: { state: 'healthy' },
    current: 'corrupt',
    pidBefore: status.services[0]?.pid,
  });
  expect(report.pidAfter).not.toBe(report.pidBefore);
  expect(report.steps.map(({ step }) => step)).toEqual([
    ...['locked', 'built', 'stopped', 'free', 'recorded', 'aside', 'placed', 'started', 'health'],
  ]);
  expect(notesIn(home.dbPath)).toEqual(['one', 'two']);
  expect(existsSync(path.join(home.dir, 'run', 'maintenance', 'ailife.json'))).toBe(false);

  const restarted = (await home.yoban(['restart', '--json'])).json();
  expect(restarted).toMatchObject({ service: 'ailife', pidBefore: report.pidAfter });
  expect(restarted.pidAfter).not.toBe(report.pidAfter);
  expect((await home.yoban(['logs', '--lines', '5'])).code).toBe(0);
  expect(auditOf(home)).toEqual([
    { action: 'restore', target: 'game', result: 'failed' },
    { action: 'restore', target: 'game', result: 'ok' },
    { action: 'restart', target: 'ailife', result: 'ok' },
  ]);
});
