import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { tryFileLock } from './file-lock.ts';
import { appendFixedName, replaceFixedName } from './fixed-name-file.ts';
import { heartbeatAgeMs, heartbeatFile, startHeartbeat } from './heartbeat.ts';
import { createStopStack } from './lifecycle.ts';
import { announceMaintenance, maintenanceAt } from './maintenance.ts';
import { makeTempDir } from './testing/temp-dir.ts';

// What a guarded app that shares run/ and logs/ leaves there under our names must not reach a backup.
const temp = makeTempDir();
const backups = path.join(temp.dir, 'backups');
const backup = path.join(backups, 'demo.json');
const runDir = path.join(temp.dir, 'run');
const at = (name: string) => path.join(runDir, name);

beforeEach(() => {
  for (const dir of [backups, runDir]) {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
  }
  writeFileSync(backup, 'good');
});
afterAll(() => temp.remove());

const backupIsGood = () => {
  expect(readFileSync(backup, 'utf8')).toBe('good');
  expect(readdirSync(backups)).toEqual(['demo.json']);
};

const maintenance = {
  ...{ service: 'demo', reason: 'restore', actor: 'cli' },
  since: '2026-01-01T00:00:00.000Z',
  until: '2026-01-01T00:15:00.000Z',
};
const duringMs = Date.parse('2026-01-01T00:01:00.000Z');

test('what is appended does not follow a link, and does not wait at a pipe', () => {
  symlinkSync(backup, at('a.log'));
  expect(() => appendFixedName(at('a.log'), 'x\n')).toThrow(expect.objectContaining({ code: 'ELOOP' }));
  execFileSync('mkfifo', [at('b.log')]);
  expect(() => appendFixedName(at('b.log'), 'x\n')).toThrow(expect.objectContaining({ code: 'ENXIO' }));
  appendFixedName(at('c.log'), 'x\n');
  appendFixedName(at('c.log'), 'y\n');
  expect(readFileSync(at('c.log'), 'utf8')).toBe('x\ny\n');
  backupIsGood();
});

test('a replaced file takes the place of the link itself', () => {
  symlinkSync(backup, at('a'));
  replaceFixedName(at('a'), 'mine');
  expect(readFileSync(at('a'), 'utf8')).toBe('mine');
  expect(readdirSync(runDir)).toEqual(['a']);
  backupIsGood();
});

test('a heartbeat replaces a link, and one that is a link is none', async () => {
  symlinkSync(backup, heartbeatFile(runDir, 'backup-worker'));
  const stop = createStopStack(pino({ level: 'silent' }));
  startHeartbeat(runDir, 'backup-worker', stop);
  await stop.run();
  expect(lstatSync(heartbeatFile(runDir, 'backup-worker')).isFile()).toBe(true);
  expect(heartbeatAgeMs(runDir, 'backup-worker', Date.now())).toBeLessThan(5_000);
  backupIsGood();
});

test('maintenance is announced beside a link, not through it; a link or a pipe announces nothing', () => {
  symlinkSync(backups, at('maintenance'));
  announceMaintenance(runDir, maintenance);
  expect(maintenanceAt(runDir, 'demo', duringMs)).toEqual(maintenance);
  backupIsGood();
  rmSync(at('maintenance/demo.json'));
  symlinkSync(backup, at('maintenance/demo.json'));
  expect(maintenanceAt(runDir, 'demo', duringMs)).toBeNull();
  announceMaintenance(runDir, maintenance);
  expect(maintenanceAt(runDir, 'demo', duringMs)).toEqual(maintenance);
  rmSync(at('maintenance/demo.json'));
  execFileSync('mkfifo', [at('maintenance/demo.json')]);
  expect(maintenanceAt(runDir, 'demo', duringMs)).toBeNull();
  backupIsGood();
});

test('a lock is not taken on what a link leads to', () => {
  symlinkSync(backup, at('a.lock'));
  expect(() => tryFileLock(at('a.lock'))).toThrow(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }));
  backupIsGood();
});
