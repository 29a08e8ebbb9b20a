import { closeSync, mkdirSync, openSync, readFileSync, utimesSync, writeSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '@yoban/shared/facts/open-store';
import { waitFor } from '@yoban/shared/testing/wait-for';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WatchdogService } from '../src/service.ts';
import { createRunKit, type RunKit } from './run-kit.ts';

let kit: RunKit;
let watchdog: WatchdogService;

const keep = (file: string, text: string, minutesAgo: number) => {
  mkdirSync(path.dirname(file), { recursive: true });
  const db = openStore(file, ['CREATE TABLE live (text TEXT)']);
  db.prepare('INSERT INTO live VALUES (?)').run(text);
  db.pragma('journal_mode = DELETE');
  db.close();
  const at = new Date(Date.now() - minutesAgo * 60_000);
  utimesSync(file, at, at);
};
const spoil = (file: string) => {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, 'this is no database any more', 0);
  closeSync(descriptor);
};

beforeAll(async () => {
  kit = await createRunKit(
    'here',
    5_000,
    ({ url }) => `
probes:
  answers: {type: http, url: "${url}", every: 2s, timeout: 2s, fall: 2}
  db: {type: sqlite, path: "\${YOBAN_HOME}/../data/game.sqlite", requireTables: [live], every: 1s, timeout: 10s, fall: 1, role: data}
actions:
  restore: {kind: restore_sqlite, database: game, timeout: 60s}
evidence:
  status: {builtin: supervisor_status}
faults:
  corrupt:
    anyOf: [db]
    evidence: [status]
    ladder:
      - {on: fault, do: [restore], notify: critical, verify: {probes: [db, answers], within: 20s}}
      - {on: prev_unverified, notify: critical, halt: true}
budgets:
  restores: {counts: [restore], max: 1, window: 6h, onExhausted: {mode: halt, notify: critical}}
`,
  );
  const backups = path.join(kit.home, 'backups', 'hourly');
  keep(kit.dbPath, 'now', 0);
  keep(path.join(backups, 'game_hourly_20260311_150000.sqlite'), 'good', 30);
  keep(path.join(backups, 'game_hourly_20260311_180000.sqlite'), 'newer', 10);
  spoil(path.join(backups, 'game_hourly_20260311_180000.sqlite'));
  await kit.start('--kill-timeout', '1s');
  watchdog = kit.watchdog();
  await watchdog.start();
  await kit.settle();
}, 60_000);
afterAll(async () => {
  await watchdog.stop();
  await kit.close();
});

const incident = () => kit.ear.incidents.findLast((one) => one.fault === 'corrupt');

test('R4, P7: a database that is spoiled comes back from the newest good backup by itself, with a report of it', async () => {
  const pid = kit.run.appPid();
  spoil(kit.dbPath);
  const over = await waitFor('the end of the incident', () => (incident()?.recoveredAt ? incident() : null), 60_000);
  expect(over).toMatchObject({ recoveredBy: 'yoban', actions: [{ name: 'restore', ok: true }] });
  expect(over.actions[0]?.detail).toMatch(
    /restored from .*150000\.sqlite, after 1 bad ones, (29|30|31) min of writes lost/,
  );
  const db = openStore(kit.dbPath, []);
  expect(db.prepare('SELECT text FROM live').pluck().all()).toEqual(['good']);
  db.close();
  expect(kit.run.appPid()).not.toBe(pid);

  const [file = ''] = over.reports;
  expect(file).toMatch(/^reports\/recovery-\d{8}_\d{6}-[0-9a-f]{6}\.md$/);
  const raise = await waitFor('the notice', () =>
    kit.ear.alerts.find(({ kind, level }) => kind === 'raise' && level === 'critical'),
  );
  // Who sees it first tells it: the policy, with its report, or the built-in watch of databases.
  expect([
    ['fault_corrupt', file],
    ['database_corrupt', undefined],
  ]).toContainEqual([raise.alertType, raise.params.report]);
  const text = await waitFor('the last form of the report', () => {
    const now = readFileSync(path.join(kit.home, file), 'utf8');
    return now.includes('- 結果: 復旧 (') ? now : null;
  });
  expect(text).toContain('restore');
  expect(text).toMatch(/## 処置の前[\s\S]*- db: 異常[\s\S]*## 処置の後[\s\S]*- db: 正常/);
  expect(text).toContain(over.evidence[0]);
}, 90_000);

test('R4: a second restore within six hours is refused by its budget, and people are told', async () => {
  kit.ear.alerts.length = 0;
  spoil(kit.dbPath);
  await waitFor('the limit to be told', () => kit.ear.told().some((told) => told === 'raise restart_limit'), 60_000);
  expect(readFileSync(kit.dbPath, 'latin1').startsWith('this is no database')).toBe(true);
}, 90_000);
