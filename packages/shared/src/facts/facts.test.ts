import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeTempDir } from '../testing/temp-dir.ts';
import { appendAudit, auditSql, firstBrokenAuditRow } from './audit-log.ts';
import { factOutboxSql, pendingFacts, putFact } from './fact-outbox.ts';
import { openStore } from './open-store.ts';

let temp: ReturnType<typeof makeTempDir>;
let db: Database;

beforeEach(() => {
  temp = makeTempDir();
  db = openStore(path.join(temp.dir, 'state', 's.sqlite'), [factOutboxSql, auditSql]);
});
afterEach(() => {
  db.close();
  temp.remove();
});

const event = (id: string) => ({
  id,
  kind: 'info' as const,
  level: 'info' as const,
  service: 'a',
  alertType: 'backup_ok',
  at: '2026-03-11T06:30:00.000Z',
  params: {},
  lastError: null,
  incidentId: null,
});

test('a fact leaves with its transaction or not at all, and a repeat is one row', () => {
  putFact(db, 'alertEvent', 'e1', event('e1'));
  putFact(db, 'alertEvent', 'e1', event('e1'));
  const failing = db.transaction(() => {
    putFact(db, 'alertEvent', 'e2', event('e2'));
    throw new Error('rolled back');
  });
  expect(failing).toThrow('rolled back');
  expect(pendingFacts(db, 10).map((row) => row.id)).toEqual(['e1']);
});

test('the audit chain names the first row that somebody changed', () => {
  for (const action of ['restore', 'restart', 'kick'])
    appendAudit(db, { at: 1, actor: 'operator', action, target: 'a', result: 'ok' });
  expect(firstBrokenAuditRow(db)).toBeNull();
  db.prepare("UPDATE audit SET actor = 'nobody' WHERE seq = 2").run();
  expect(firstBrokenAuditRow(db)).toBe(2);
});

test('migrations run once each, in order', () => {
  const file = path.join(temp.dir, 'm.sqlite');
  openStore(file, ['CREATE TABLE a (x)']).close();
  const again = openStore(file, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)']);
  expect(again.pragma('user_version', { simple: true })).toBe(2);
  again.close();
});

test('a damaged store is told as STORE_UNAVAILABLE with its file', () => {
  expect(() => openStore('/proc/version/nope.sqlite', [])).toThrow(/cannot open \/proc\/version\/nope\.sqlite/);
});
