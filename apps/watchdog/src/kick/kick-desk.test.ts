import { randomUUID } from 'node:crypto';
import { Kick } from '@yoban/shared/contracts/kick';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { auditSql, firstBrokenAuditRow } from '@yoban/shared/facts/audit-log';
import { createTestLog } from '@yoban/shared/testing/test-log';
import Sqlite, { type Database } from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createKickDesk, type KickEvent } from './kick-desk.ts';
import { createKickStore, kickSql } from './kick-store.ts';

let db: Database;
let nowMs: number;
beforeEach(() => {
  db = new Sqlite(':memory:');
  db.exec(`${auditSql}; ${kickSql}`);
  nowMs = Date.parse('2026-03-11T06:30:00.000Z');
});
afterEach(() => db.close());

const kick = (change: Partial<Kick> = {}): Kick =>
  Kick.parse({
    id: randomUUID(),
    ...{ service: 'gateway', action: 'restart_gateway', source: 'line:U1', via: 'http', at: isoTime(nowMs) },
    ...change,
  });
const kicker = (service: string) => ({
  service,
  tokens: ['x'],
  allow: ['restart_gateway'],
  sourcePattern: '^(cli|line:[A-Za-z0-9]+)$',
});
function deskOf(change: { inMaintenance?: boolean; hasEngine?: boolean; holdMs?: number } = {}) {
  const sent: [string, KickEvent][] = [];
  const desk = createKickDesk({
    kickers: [kicker('gateway'), kicker('other')],
    store: createKickStore(db),
    send: (service, event) => {
      sent.push([service, event]);
      return change.hasEngine ?? true;
    },
    inMaintenance: () => change.inMaintenance ?? false,
    log: createTestLog().log,
    now: () => nowMs,
    holdMs: change.holdMs ?? 0,
  });
  return { desk, sent };
}
const audited = () => {
  expect(firstBrokenAuditRow(db)).toBeNull();
  return db
    .prepare<[], string>("SELECT result || ' ' || json_extract(details, '$.reason') FROM audit ORDER BY seq")
    .pluck()
    .all();
};
/** Whether a promise is settled once everything that can run has run. */
async function isOver(promise: Promise<void>): Promise<boolean> {
  let over = false;
  void promise.then(() => {
    over = true;
  });
  await new Promise(setImmediate);
  return over;
}

test('W6: an allowed kick reaches the engine once, and its slot is free when the engine says that it has ended', async () => {
  const { desk, sent } = deskOf();
  const one = kick();
  const offered = desk.offer(one);
  expect(sent).toEqual([['gateway', { type: 'kick', id: one.id, action: 'restart_gateway', source: 'line:U1' }]]);
  desk.answered({ id: one.id, result: 'accepted' });
  expect(await isOver(offered)).toBe(false);
  desk.answered({ id: one.id, result: 'done' });
  await offered;
  expect(audited()).toEqual(['ok given_to_engine', 'ok accepted', 'ok done']);
});

test('W6: a second one of the service is refused while one is under way; another service has its own slot', async () => {
  const { desk, sent } = deskOf();
  const first = kick();
  void desk.offer(first);
  await desk.offer(kick());
  void desk.offer(kick({ service: 'other' }));
  expect(sent.map(([service]) => service)).toEqual(['gateway', 'other']);
  desk.answered({ id: first.id, result: 'budget' });
  void desk.offer(kick());
  expect(sent).toHaveLength(3);
  expect(audited()).toEqual([
    'ok given_to_engine',
    'refused slot_taken',
    'ok given_to_engine',
    'refused budget',
    'ok given_to_engine',
  ]);
});

test('W6: a kick keeps its slot for a while though it is over at once', async () => {
  const { desk, sent } = deskOf({ holdMs: 60 });
  const first = kick();
  const offered = desk.offer(first);
  desk.answered({ id: first.id, result: 'budget' });
  await desk.offer(kick());
  expect(audited().at(-1)).toBe('refused slot_taken');
  await offered;
  void desk.offer(kick());
  expect(sent).toHaveLength(2);
});

test('W6: a repeat of an id does nothing, not even after the watchdog began anew; one cut short by a kill is given again', async () => {
  const { desk } = deskOf();
  const [ended, cut] = [kick(), kick({ service: 'other' })];
  const offered = desk.offer(ended);
  desk.answered({ id: ended.id, result: 'failed' });
  await offered;
  void desk.offer(cut);
  const rows = audited().length;
  const anew = deskOf();
  await anew.desk.offer(ended);
  expect(anew.sent).toEqual([]);
  expect(audited()).toHaveLength(rows);
  void anew.desk.offer(cut);
  expect(anew.sent.map(([, { id }]) => id)).toEqual([cut.id]);
});

test('W6: a kick that was under way when the watchdog was ended gets its end from the next one, once', () => {
  const { desk } = deskOf();
  const one = kick();
  void desk.offer(one);
  desk.answered({ id: one.id, result: 'accepted' });
  const anew = deskOf().desk;
  anew.answered({ id: one.id, result: 'interrupted' });
  anew.answered({ id: one.id, result: 'done' });
  anew.answered({ id: randomUUID(), result: 'done' });
  expect(audited()).toEqual(['ok given_to_engine', 'ok accepted', 'refused interrupted']);
  expect(createKickStore(db).stateOf(one.id)).toBe('refused');
});

test('W6: what the door let through is looked at again: service, action, source, age, maintenance', async () => {
  const { desk, sent } = deskOf();
  await desk.offer(kick({ service: 'unknown' }));
  await desk.offer(kick({ action: 'stop_gateway' }));
  await desk.offer(kick({ source: 'line' }));
  await desk.offer(kick({ at: isoTime(nowMs - 5 * MINUTE - 1) }));
  await deskOf({ inMaintenance: true }).desk.offer(kick());
  await deskOf({ hasEngine: false }).desk.offer(kick());
  expect(sent).toEqual([]);
  expect(audited()).toEqual([
    'refused not_enabled',
    'refused action_not_allowed',
    'refused source_not_allowed',
    'refused expired',
    'refused maintenance',
    'ok given_to_engine',
    'refused no_engine',
  ]);
});
