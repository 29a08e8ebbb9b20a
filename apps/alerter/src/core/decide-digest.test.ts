import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { testRules } from '../../test/support/rules.ts';
import { t0, W } from '../../test/support/steps.ts';
import { createWorld, toldBy } from '../../test/support/world.ts';
import type { Plan } from './plan.ts';

const warning = (alertType: string, service = 'a') => ({ level: 'warning', alertType, service }) as const;
const entries = (plan: Plan) => plan.rows.flatMap(({ notice }) => (notice.kind === 'digest' ? notice.entries : []));

test('A1 (T7): WARNINGs of a bucket are one digest of their channel, over all services, and never a mail', () => {
  const world = createWorld(testRules());
  expect(world.event(1, warning('disk_low')).rows).toEqual([]);
  world.event(2, warning('disk_low'));
  world.event(3, warning('llm_down', 'b'));
  const plan = world.digest(15);
  expect(toldBy(plan)).toEqual(['slack digest']);
  expect(entries(plan)).toMatchObject([
    { service: 'a', alertType: 'disk_low', count: 2, first: t0 + MINUTE, last: t0 + 2 * MINUTE, recoveredAt: null },
    { service: 'b', alertType: 'llm_down', count: 1 },
  ]);
  expect(plan.records.map((one) => [one.base.id, one.notices[0]?.kind])).toEqual([
    [`a/disk_low#${t0 + MINUTE}`, 'digest'],
    [`b/llm_down#${t0 + 3 * MINUTE}`, 'digest'],
  ]);
  expect(world.digest(30)).toMatchObject({ reason: 'nothing_listed', rows: [] });
});

test('A1: a route that names a mail channel for warnings is a wish: its digest goes there too', () => {
  const routes = { critical: ['mail'], warning: ['slack', 'mail'], info: [] };
  const world = createWorld(testRules({ routes }));
  world.event(1, warning('disk_low'));
  expect([toldBy(world.digest(15)), toldBy(world.digest(15, 'mail')), toldBy(world.digest(15, 'mail'))]).toEqual([
    ['slack digest'],
    ['mail digest'],
    [],
  ]);
  expect(toldBy(world.event(16, { ...warning('disk_low'), kind: 'clear' }))).toEqual([
    'slack recovery',
    'mail recovery',
  ]);
});

test('A4 (T9): the recovery of a WARNING that was told goes out at once, behind its digest', () => {
  const world = createWorld(testRules());
  world.event(1, warning('disk_low'));
  const digest = world.digest(15);
  const over = world.event(20, { ...warning('disk_low'), kind: 'clear' });
  expect(toldBy(over)).toEqual(['slack recovery']);
  expect(over.rows[0]?.after).toEqual([digest.rows[0]?.nid]);
  expect(world.digest(30).rows).toEqual([]);
});

test('A1 (T10): a WARNING over before its digest is listed with its recovery, which is its only one', () => {
  const world = createWorld(testRules());
  world.event(3, warning('disk_low'));
  expect(world.event(7, { ...warning('disk_low'), kind: 'clear' }).rows).toEqual([]);
  expect(entries(world.digest(15))).toMatchObject([{ first: t0 + 3 * MINUTE, recoveredAt: t0 + 7 * MINUTE }]);
  expect(world.event(31, warning('disk_low')).rows).toEqual([]);
});

test('A1 (T7): buckets missed while nobody ran are one digest, sent at once', () => {
  const world = createWorld(testRules());
  for (const min of [1, 16, 31, 46]) world.event(min, warning('disk_low'));
  expect(entries(world.digest(50))).toMatchObject([{ count: 3, first: t0 + MINUTE, last: t0 + 31 * MINUTE }]);
  expect(entries(world.digest(60))).toMatchObject([{ count: 1, first: t0 + 46 * MINUTE }]);
});

test('A1: what is open stands above what is over; a digest waits for the notices before it', () => {
  const world = createWorld(testRules());
  world.event(1, warning('disk_low'));
  world.event(2, { ...warning('disk_low'), kind: 'clear' });
  world.event(3, warning('llm_down'));
  const first = world.digest(15);
  expect(entries(first).map((one) => one.alertType)).toEqual(['llm_down', 'disk_low']);
  const over = world.event(16, { ...warning('llm_down'), kind: 'clear' });
  world.event(17, warning('llm_down'));
  expect(world.digest(30).rows[0]?.after).toEqual([first.rows[0]?.nid, over.rows[0]?.nid]);
});

test('A4 (T5): a WARNING that was listed and became CRITICAL recovers where either was told', () => {
  const world = createWorld(testRules({ routes: { critical: ['mail'], warning: ['slack'], info: [] } }));
  world.event(1, warning('disk_low'));
  world.digest(15);
  expect(toldBy(world.event(16, { alertType: 'disk_low' }))).toEqual(['slack raise', 'mail raise']);
  expect(toldBy(world.event(17, { alertType: 'disk_low', kind: 'clear' }))).toEqual([
    'slack recovery',
    'mail recovery',
  ]);
});

test('A7: a WARNING silenced before its digest waits for the silence, or is dropped when it is over by then', () => {
  const world = createWorld(testRules());
  world.event(1, warning('disk_low'));
  world.event(2, warning('llm_down'));
  world.command(3, {
    do: 'silence',
    id: crypto.randomUUID(),
    actor: 'operator',
    at: isoTime(t0),
    silence: {
      id: 's1',
      matchers: [{ name: 'level', value: 'warning', isRegex: false, isEqual: true }],
      startsAt: isoTime(t0),
      endsAt: isoTime(t0 + 20 * MINUTE),
      createdBy: 'operator',
      comment: 'work on the disk',
    },
  });
  world.event(4, { ...warning('llm_down'), kind: 'clear' });
  expect(world.digest(15)).toMatchObject({ reason: 'nothing_listed', rows: [] });
  world.turn(20);
  expect(world.looks).toEqual([{ key: 'a/disk_low', min: 20 }]);
  expect(world.clock(20, 'disk_low').reason).toBe('released');
  expect(entries(world.digest(30))).toMatchObject([{ alertType: 'disk_low', count: 1, first: t0 + MINUTE }]);
});

test('A4: services with windows of their own have digests at the ends of these', () => {
  const world = createWorld(testRules({ services: { b: { windowMs: MINUTE } } }));
  world.event(0.1, warning('disk_low'));
  const plan = world.event(0.2, warning('disk_low', 'b'));
  expect(plan.agenda).toEqual([{ name: 'digest:slack', at: t0 + MINUTE }]);
  expect(entries(world.digest(1)).map((one) => one.service)).toEqual(['b']);
  expect(entries(world.digest(15)).map((one) => one.service)).toEqual(['a']);
  expect(W).toBe(15 * MINUTE);
});
