import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { testRules } from '../../test/support/rules.ts';
import { t0 } from '../../test/support/steps.ts';
import { alertKey } from './alert-key.ts';
import { decideEvent } from './decide-event.ts';
import type { Known } from './known.ts';
import type { Plan } from './plan.ts';
import { createShadow } from './shadow.ts';

const event = (id: string, over: Partial<AlertEvent> = {}): AlertEvent => ({
  ...{ id, kind: 'raise', level: 'critical', service: 'a', alertType: 'process_down', at: isoTime(t0) },
  ...{ params: {}, lastError: null, incidentId: null },
  ...over,
});
const nothing: Known = { now: t0, silences: [], alerts: new Map(), services: new Map(), channels: new Map() };
const rules = testRules();
const told = (rows: ReturnType<ReturnType<typeof createShadow>['think']>) =>
  rows.map(({ notice, channel }) => `${notice.kind} ${channel}`);
const raised = ['raise slack', 'raise mail'];

test('A5: without Redis a CRITICAL is told once in its window, and its recovery to those who heard of it', () => {
  const shadow = createShadow(rules);
  expect(told(shadow.think(event('1'), [], t0))).toEqual(raised);
  expect(told(shadow.think(event('2'), [], t0 + MINUTE))).toEqual([]);
  const clear = event('3', { kind: 'clear', at: isoTime(t0 + 2 * MINUTE) });
  expect(told(shadow.think(clear, [], t0 + 2 * MINUTE))).toEqual(['recovery slack', 'recovery mail']);
  const again = event('4', { at: isoTime(t0 + 3 * MINUTE) });
  expect(told(shadow.think(again, [], t0 + 3 * MINUTE))).toEqual([]);
});

test('A5: what this process decided before is remembered: no second raise, and a recovery that Redis must decide', () => {
  const shadow = createShadow(rules);
  shadow.remember(decideEvent(event('1'), nothing, rules), nothing);
  expect(told(shadow.think(event('2'), [], t0 + MINUTE))).toEqual([]);
  const clear = event('3', { kind: 'clear', at: isoTime(t0 + 2 * MINUTE) });
  // Whether its raise has arrived, only the outbox knows.
  expect(told(shadow.think(clear, [], t0 + 2 * MINUTE))).toEqual([]);
});

test('A5: silences that are known hold back, and once they are over it is thought about anew', () => {
  const shadow = createShadow(rules);
  const matchers = [{ name: 'service', value: 'a', isRegex: false, isEqual: true }];
  const times = { startsAt: isoTime(t0), endsAt: isoTime(t0 + MINUTE) };
  const silence = { id: 's', matchers, ...times, createdBy: 'x', comment: '' };
  const known: Known = { ...nothing, silences: [{ silence, state: 'active' }] };
  shadow.remember(decideEvent(event('0', { service: 'b' }), known, rules), known);
  expect(told(shadow.think(event('1'), [], t0 + 1))).toEqual([]);
  shadow.restart();
  expect(told(shadow.think(event('1'), [], t0 + 2 * MINUTE))).toEqual(raised);
});

test('A5: after a restart what stands in the spool as told is known, under the incident it was told as', () => {
  const shadow = createShadow(rules);
  const telling = { eventId: '1', channel: 'slack', nid: 'n', epoch: t0 + 5, state: 'sent' as const, at: t0 + 6 };
  const rows = shadow.think(event('1'), [telling], t0 + MINUTE);
  expect(rows.map((row) => row.recordIds)).toEqual([[`a/process_down#${t0 + 5}`], [`a/process_down#${t0 + 5}`]]);
  const clear = event('2', { kind: 'clear', at: isoTime(t0 + MINUTE) });
  expect(told(shadow.think(clear, [], t0 + 2 * MINUTE))).toEqual(['recovery slack', 'recovery mail']);
});

test('A5: WARNING and INFO wait for Redis', () => {
  const shadow = createShadow(rules);
  expect(shadow.think(event('1', { level: 'warning', alertType: 'cpu_high' }), [], t0)).toEqual([]);
  expect(shadow.think(event('2', { kind: 'info', level: 'info', alertType: 'backup_ok' }), [], t0)).toEqual([]);
});

test('A5: an event that was told past Redis is decided as told, whatever the window or a silence says', () => {
  const knowing = (now: number, from: Plan): Known => ({
    ...nothing,
    now,
    alerts: new Map(from.alerts.map(({ ref, state }) => [alertKey(ref), state])),
  });
  const first = decideEvent(event('0'), nothing, rules);
  const clear = event('1', { kind: 'clear', at: isoTime(t0 + 1) });
  const known = knowing(t0 + MINUTE, decideEvent(clear, knowing(t0 + 1, first), rules));
  const epoch = t0 + 30_000;
  const marks = [
    { eventId: '2', channel: 'slack', nid: 'd1', epoch, state: 'sent' as const, at: epoch + 1 },
    { eventId: '2', channel: 'mail', nid: 'd2', epoch, state: 'trying' as const, at: epoch + 1 },
    { eventId: '2', channel: 'line', nid: 'd3', epoch, state: 'sent' as const, at: epoch + 2 },
  ];
  const again = event('2', { at: isoTime(t0 + 20_000) });
  expect(decideEvent(again, known, rules).reason).toBe('raised_inside_window');
  const plan = decideEvent(again, known, rules, marks);
  expect(plan.reason).toBe('raised');
  expect(plan.rows.map((row) => `${row.channel} ${row.sentAs}`)).toEqual(['slack d1', 'mail d2', 'line d3']);
  expect(plan.told.map((one) => one.state)).toEqual(['sent', 'maybe', 'sent']);
  expect(plan.records[0]?.base.id).toBe(`a/process_down#${epoch}`);
  expect(plan.records[0]?.notices.map((one) => `${one.channel} ${one.state}`)).toEqual([
    'slack sent',
    'mail pending',
    'line sent',
  ]);
  const [alert] = plan.alerts;
  expect(alert?.state.st === 'open' && alert.state.announced).toEqual(['slack', 'mail', 'line']);
});

test('A5: an open alert that was told again past Redis is not told again to those who have not heard that', () => {
  const first = decideEvent(event('0'), nothing, rules);
  const open: Known = {
    ...nothing,
    now: t0 + MINUTE,
    alerts: new Map(first.alerts.map(({ ref, state }) => [alertKey(ref), state])),
  };
  const mark = { eventId: '1', channel: 'slack', nid: 'd', epoch: t0 + 1, state: 'sent' as const, at: t0 + 2 };
  const plan = decideEvent(event('1', { at: isoTime(t0 + 1) }), open, rules, [mark]);
  expect(plan.rows.map(({ notice, channel }) => `${notice.kind} ${channel}`)).toEqual(['still slack']);
  const clear = event('2', { kind: 'clear', at: isoTime(t0 + MINUTE) });
  const known: Known = { ...open, alerts: new Map(plan.alerts.map(({ ref, state }) => [alertKey(ref), state])) };
  const over = decideEvent(clear, known, rules);
  expect(over.rows.map(({ channel, after }) => `${channel} after ${after}`)).toEqual([
    `slack after ${plan.rows[0]?.nid}`,
    `mail after ${first.rows[1]?.nid}`,
  ]);
});

test('A5: a repeat that may have been told past Redis is not told again to those who know of the open alert', () => {
  const first = decideEvent(event('0'), nothing, rules);
  const open: Known = {
    ...nothing,
    now: t0 + MINUTE,
    alerts: new Map(first.alerts.map(({ ref, state }) => [alertKey(ref), state])),
  };
  const mark = { eventId: '1', nid: 'd', epoch: t0 + 1, state: 'trying' as const, at: t0 + 2 };
  const again = event('1', { at: isoTime(t0 + 1) });
  const plan = decideEvent(again, open, rules, [{ ...mark, channel: 'mail' }]);
  expect([plan.reason, plan.rows]).toEqual(['repeated', []]);
  const sentToSlack = { ...mark, channel: 'slack', state: 'sent' as const };
  const toSlack = decideEvent(again, open, rules, [sentToSlack, { ...mark, channel: 'mail' }]);
  expect(toSlack.rows.map(({ notice, channel }) => `${notice.kind} ${channel}`)).toEqual(['still slack']);
  const toLine = decideEvent(again, open, rules, [{ ...mark, channel: 'line' }]);
  const [alert] = toLine.alerts;
  expect(alert?.state.st === 'open' && alert.state.announced).toEqual(['slack', 'mail', 'line']);
});

test('A5: after a restart a fallback channel that may have heard of it still says why it is told', () => {
  const via = { channel: 'Slack', why: 'silent' as const, forMs: 60_000 };
  const telling = { eventId: '1', channel: 'line', nid: 'n', epoch: t0, state: 'trying' as const, at: t0, via };
  const rows = createShadow(rules).think(event('1'), [telling], t0 + MINUTE);
  expect(told(rows)).toEqual([...raised, 'raise line']);
  expect(rows.map(({ notice }) => ('via' in notice ? notice.via : undefined))).toEqual([undefined, undefined, via]);
});
