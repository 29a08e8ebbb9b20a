import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { testRules } from '../../test/support/rules.ts';
import { t0, W } from '../../test/support/steps.ts';
import { createWorld, toldBy } from '../../test/support/world.ts';
import type { Plan } from './plan.ts';

const rules = testRules({
  services: { quick: { windowMs: MINUTE }, line: { routes: { critical: ['mail'], warning: [], info: [] } } },
  foldPerMinute: 2,
});
const nids = (plan: Plan) => plan.rows.map((row) => `${row.nid} after ${row.after.join(' ')}`);

test('A5: notice ids are deterministic, and each row waits for the one before it on its channel', () => {
  const world = createWorld(rules);
  expect(nids(world.event(0))).toEqual([`a/process_down#${t0}:slack:1 after `, `a/process_down#${t0}:mail:1 after `]);
  expect(nids(world.event(1, { kind: 'clear' }))).toEqual([
    `a/process_down#${t0}:slack:2 after a/process_down#${t0}:slack:1`,
    `a/process_down#${t0}:mail:2 after a/process_down#${t0}:mail:1`,
  ]);
});

test('A4 (T8): one summary per service at the end of the bucket, to Slack only, then nothing more', () => {
  const world = createWorld(rules);
  for (const min of [1, 2, 3]) world.event(min);
  world.event(4, { kind: 'clear' });
  const plan = world.summary(15);
  const lines = [{ alertType: 'process_down', count: 2, open: false, text: null }];
  expect(plan.rows.map((row) => [row.channel, row.notice])).toEqual([
    ['slack', { kind: 'summary', service: 'a', at: t0 + W, lines }],
  ]);
  expect(plan.records).toMatchObject([
    { base: { id: `a/process_down#${t0 + MINUTE}`, suppressed: 2 }, notices: [{ kind: 'summary' }] },
  ]);
  expect(plan.ticked).toMatchObject({ settled: [{ service: 'a', alertType: 'process_down' }] });
  expect(world.summary(30).rows).toEqual([]);
});

test('A4 (T8): buckets missed while nobody ran are told when somebody does', () => {
  const world = createWorld(rules);
  for (const min of [1, 14, 15.5]) world.event(min);
  expect(world.summary(200).rows[0]?.notice).toMatchObject({ lines: [{ count: 2, open: true }] });
});

test('A4 (T8): an alert still owed when its window is over is told then', () => {
  const world = createWorld(rules);
  world.event(1);
  world.event(2, { kind: 'clear' });
  world.event(3);
  const early = world.summary(15);
  expect(toldBy(early)).toEqual(['slack summary']);
  expect(early.ticked).toMatchObject({ settled: [], nextAt: t0 + 2 * W });
  const late = world.summary(30);
  expect(late.rows.map((row) => [row.channel, row.notice])).toMatchObject([
    ['slack', { kind: 'still', because: 'window' }],
    ['mail', { kind: 'still', because: 'window' }],
  ]);
  expect(late.ticked).toMatchObject({ settled: [{ alertType: 'process_down' }] });
  expect(toldBy(world.event(31, { kind: 'clear' }))).toEqual(['slack recovery', 'mail recovery']);
});

test('A4, A11: a service has its own window and its own routes; a summary is never a mail', () => {
  const world = createWorld(rules);
  world.event(0, { service: 'quick' });
  expect(world.event(0.9, { service: 'quick' }).reason).toBe('repeated');
  expect(world.event(1, { service: 'quick' }).reason).toBe('still_firing');
  expect(toldBy(world.event(0, { service: 'line' }))).toEqual(['mail raise']);
  world.event(1, { service: 'line' });
  expect(world.summary(15, 'line')).toMatchObject({ rows: [], ticked: { settled: [{ alertType: 'process_down' }] } });
  expect(toldBy(world.event(16, { service: 'line', kind: 'info', level: 'info' }))).toEqual([]);
});

test('A1 (T12): INFOs go singly until the minute has had its share, the rest is one message', () => {
  const world = createWorld(rules);
  const info = { kind: 'info', level: 'info', alertType: 'backup_ok' } as const;
  const plans = [0, 0.1, 0.2, 0.3].map((min) => world.event(min, info));
  expect(plans.map((plan) => plan.reason)).toEqual(['info', 'info', 'info_folded', 'info_folded']);
  expect(plans[2]?.agenda).toEqual([{ name: 'fold:a', at: t0 + MINUTE }]);
  expect(plans[3]?.records[0]).toMatchObject({ base: { state: 'info' }, notices: [] });
  expect(world.fold(1).rows[0]?.notice).toMatchObject({
    kind: 'fold',
    lines: [{ alertType: 'backup_ok', count: 2, open: null }],
  });
  expect(world.fold(2).rows).toEqual([]);
  expect(world.event(1.1, info).reason).toBe('info');
});

test('A1 (T12): folding can be switched off', () => {
  const world = createWorld(testRules({ foldPerMinute: null }));
  const reasons = Array.from({ length: 50 }, () => world.event(0, { kind: 'info', level: 'info' }).reason);
  expect(new Set(reasons)).toEqual(new Set(['info']));
});

test('A7 (T14): an open CRITICAL is looked at again when its next level or its reminder is due', () => {
  const world = createWorld(testRules({ escalation: [{ afterMs: 5 * MINUTE, channels: ['mail'] }] }));
  const look = { name: 'alert:a/process_down', at: t0 + 5 * MINUTE };
  expect(world.event(0).agenda).toEqual([look]);
  const plan = world.clock(5, 'process_down');
  expect(plan).toMatchObject({ reason: 'escalated', ticked: { name: look.name } });
  expect(plan.records[0]?.notices).toMatchObject([{ kind: 'escalation', channel: 'mail', state: 'pending' }]);
  expect(plan.agenda).toEqual([{ name: look.name, at: t0 + 4 * 60 * MINUTE }]);
  expect(world.clock(6, 'process_down')).toMatchObject({ alerts: [], records: [], rows: [] });
});

test('A7 (T15): an end comes as a recovery at its own time', () => {
  const world = createWorld(rules);
  world.event(0, { endsAt: isoTime(t0 + 4 * MINUTE) });
  const plan = world.clock(6, 'process_down');
  expect(plan.rows[0]?.notice).toMatchObject({ kind: 'recovery', at: t0 + 4 * MINUTE });
});

test('an alert of a service with a slash in its name is no other alert', () => {
  const world = createWorld(rules);
  world.event(0, { service: 'a/b', alertType: 'c' });
  const plan = world.event(1, { service: 'a', alertType: 'b/c' });
  expect([plan.reason, plan.rows[0]?.nid]).toEqual(['raised', `a/b/c#${t0 + MINUTE}:slack:1`]);
});
