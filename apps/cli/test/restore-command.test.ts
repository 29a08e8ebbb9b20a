import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RecoveryReport } from '@yoban/host-tools/reports/recovery-report';
import { createPrivateRun, type PrivateRun } from '@yoban/host-tools/testing/private-run';
import { tryFileLock } from '@yoban/shared/file-lock';
import { makeTempDir } from '@yoban/shared/testing/temp-dir';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Home, makeDatabase, makeHome, notesIn } from './support/run-yoban.ts';

// The guarded app runs under `yoban run` in a pid namespace of its own, as in another container.
const temp = makeTempDir();
let home: Home;
let run: PrivateRun;

/** Keeps the database open like a real one, and answers on a port of its own that stays the same over restarts. */
function writeApp(dbPath: string, portFile: string): string {
  const script = path.join(temp.dir, 'app.cjs');
  const [db, port] = [JSON.stringify(dbPath), JSON.stringify(portFile)];
  writeFileSync(
    script,
    `const fs = require('node:fs');
     const fd = fs.openSync(${db}, 'r');
     const port = fs.existsSync(${port}) ? Number(fs.readFileSync(${port}, 'utf8')) : 0;
     const server = require('node:http').createServer((_, answer) => answer.end('ok ' + fd));
     server.listen(port, '127.0.0.1', () => fs.writeFileSync(${port}, String(server.address().port)));
     console.error('a line of its log');`,
  );
  return script;
}

beforeAll(async () => {
  home = makeHome(path.join(temp.dir, 'h'));
  makeDatabase(home.dbPath, 'one').close();
  const portFile = path.join(temp.dir, 'port');
  run = createPrivateRun(writeApp(home.dbPath, portFile), 'elsewhere');
  await run.start('--log-dir', path.join(temp.dir, 'logs'));
  const port = await waitFor('the app', () => (existsSync(portFile) && readFileSync(portFile, 'utf8')) || null);
  home.configure(`version: 1
primary: demo
databases: [{name: game, path: data/game.sqlite, service: demo, requiredTables: [notes]}]
services:
  demo:
    supervisor: {kind: command, socket: ${run.socket}}
    health: {url: "http://127.0.0.1:${port}/"}
`);
  await home.yoban(['backup', 'now']);
});
afterAll(async () => {
  await run.stop();
  temp.remove();
});

test('status, logs and restart go through the parent', async () => {
  const { pid, restarts } = await run.status();
  const status = await home.yoban(['status']);
  expect(status).toMatchObject({ code: 0, out: expect.stringMatching(/demo +yoban run +online/) });
  const json = (await home.yoban(['status', '--json'])).json();
  expect(json).toMatchObject({ services: [{ supervisor: 'command', state: 'online', pid, restartLimit: 10 }] });
  expect((await home.yoban(['logs'])).out).toContain('a line of its log');
  const restarted = await home.yoban(['restart', '--json']);
  expect(restarted.json()).toMatchObject({ pidBefore: pid, state: 'online' });
  expect(restarted.json().pidAfter).not.toBe(pid);
  expect((await run.status()).restarts).toBe(restarts + 1);
});

test('R3: a restore stops the app through its parent, and what answers after it is another process', async () => {
  const before = await run.status();
  writeFileSync(home.dbPath, 'garbage '.repeat(2_000));
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran.err).not.toContain('error');
  expect(ran.code).toBe(0);
  const report = ran.json<{ pidBefore: number; pidAfter: number }>();
  expect(report).toMatchObject({ health: { state: 'healthy' }, current: 'corrupt', pidBefore: before.pid });
  const after = await run.status();
  expect(after).toMatchObject({ state: 'online', pid: report.pidAfter, restarts: before.restarts + 1 });
  expect(after.startTicks).not.toBe(before.startTicks);
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('P7: what a person did by hand has its report too, and the command says where', async () => {
  const restarted = await home.yoban(['restart']);
  const [file = ''] = /\S+recovery-\S+\.md/.exec(restarted.err) ?? [];
  expect(readFileSync(file, 'utf8')).toMatch(/\| restart \| - \| - \| [\d.]+.*pid \d+ -> \d+/);
  const folder = path.dirname(file);
  const reports = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => RecoveryReport.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))));
  expect(reports.map(({ actions }) => actions[0]?.name).sort()).toEqual(['restart', 'restart', 'restore']);
  for (const report of reports)
    expect(report).toMatchObject({
      ...{ result: 'recovered', recoveredBy: 'operator', trigger: { kind: 'operator' } },
      after: [{ probe: 'command', state: 'passes' }],
    });
});

test('R3: while the watchdog repairs the service a restore by hand waits, and is refused in the end', async () => {
  const repair = tryFileLock(path.join(home.dir, 'run', 'locks', 'demo.act.lock'));
  const ran = await home.yoban(['restore', '--latest', '--yes']);
  repair?.release();
  expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('error CONFLICT') });
});

test('R3: a parent that is there and does not answer stops the restore with nothing changed', async () => {
  const bytes = readFileSync(home.dbPath);
  const parent = run.parentPid();
  process.kill(parent, 'SIGSTOP');
  try {
    const ran = await home.yoban(['restore', '--latest', '--yes']);
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('error SUPERVISOR_UNAVAILABLE') });
    expect(ran.err).toMatch(/hint: .*paused/);
  } finally {
    process.kill(parent, 'SIGCONT');
  }
  expect(readFileSync(home.dbPath).equals(bytes)).toBe(true);
  expect(run.appPid()).toBeGreaterThan(0);
});

test('with the container down a restore goes on without a service, and says so', async () => {
  await run.kill();
  const down = await home.yoban(['status']);
  expect(down).toMatchObject({ code: 1, err: expect.stringContaining('no yoban run listens at') });
  rmSync(home.dbPath);
  const ran = await home.yoban(['restore', '--latest', '--yes', '--json']);
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('is not started or stopped here') });
  expect(ran.json()).toMatchObject({ health: { state: 'no-service' }, pidBefore: null });
  expect(notesIn(home.dbPath)).toEqual(['one']);
});

test('a socket that is not there yet is a warning of config check', async () => {
  home.configure('version: 1\nservices: {demo: {supervisor: {kind: command, socket: run/none.sock}}}\n');
  const checked = (await home.yoban(['config', 'check', '--json'])).json<{ warnings: string[] }>();
  // Counted from the folder of yoban.yml, as every path in it.
  expect(checked.warnings.join()).toContain(`service demo: nothing is at ${path.join(home.dir, 'run', 'none.sock')}`);
});
