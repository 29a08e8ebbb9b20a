import { AlertEvent } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { type AlertState, noAlert } from './alert-state.ts';
import { decideEvent } from './decide-event.ts';
import { decideFold, decideSummary } from './decide-tick.ts';
import type { Plan } from './plan.ts';
import type { AlertRules } from './rules.ts';
import { newService, type ServiceState } from './service-state.ts';

const W = 15 * MINUTE;
const t0 = Date.parse('2026-03-11T06:30:00Z');
const rules: AlertRules = {
  windowMs: W,
  routes: { critical: ['slack', 'mail'], warning: ['slack'], info: ['slack'] },
  services: { quick: { windowMs: MINUTE }, line: { routes: { critical: ['mail'], warning: [], info: [] } } },
  mailChannels: ['mail'],
  foldPerMinute: 2,
};

const event = (over: Partial<AlertEvent>, now: number) =>
  AlertEvent.parse({
    id: 'e',
    kind: 'raise',
    level: 'critical',
    service: 'a',
    alertType: 'process_down',
    at: isoTime(now),
    ...over,
  });

/** One service in memory: what the store would hold. */
function createWorld(service = 'a') {
  let alert: AlertState = noAlert;
  let state: ServiceState = newService;
  const keep = (plan: Plan) => {
    alert = plan.alerts[0]?.state ?? alert;
    state = plan.services[0]?.state ?? state;
    return plan;
  };
  let count = 0;
  return {
    event: (min: number, over: Partial<AlertEvent>) => {
      const now = t0 + min * MINUTE;
      count += 1;
      return keep(
        decideEvent(event({ service, id: `e${count}`, ...over }, now), { now, rules, alert, service: state }),
      );
    },
    summary: (min: number) =>
      keep(
        decideSummary([{ alertType: 'process_down', state: alert }], { now: t0 + min * MINUTE, rules, service, state }),
      ),
    fold: (min: number) => keep(decideFold({ now: t0 + min * MINUTE, rules, service, state })),
  };
}
const nids = (plan: Plan) => plan.rows.map((row) => `${row.nid} after ${row.after}`);

test('A5: notice ids are deterministic, and each row waits for the one before it on its channel', () => {
  const world = createWorld();
  expect(nids(world.event(0, {}))).toEqual([
    `a/process_down#${t0}:slack:1 after null`,
    `a/process_down#${t0}:mail:1 after null`,
  ]);
  expect(nids(world.event(1, { kind: 'clear' }))).toEqual([
    `a/process_down#${t0}:slack:2 after a/process_down#${t0}:slack:1`,
    `a/process_down#${t0}:mail:2 after a/process_down#${t0}:mail:1`,
  ]);
});

test('A4 (T8): one summary per service at the end of the bucket, to Slack only, then nothing more', () => {
  const world = createWorld();
  world.event(1, {});
  world.event(2, {});
  world.event(3, {});
  world.event(4, { kind: 'clear' });
  const plan = world.summary(15);
  expect(plan.rows.map((row) => [row.channel, row.notice])).toEqual([
    [
      'slack',
      { kind: 'summary', service: 'a', at: t0 + W, lines: [{ alertType: 'process_down', count: 2, open: false }] },
    ],
  ]);
  expect(plan.records).toMatchObject([
    { base: { id: `a/process_down#${t0 + MINUTE}`, suppressed: 2 }, notices: [{ kind: 'summary' }] },
  ]);
  expect(plan.ticked).toMatchObject({ settled: ['process_down'] });
  expect(world.summary(30).rows).toEqual([]);
});

test('A4 (T8): buckets missed while nobody ran are told when somebody does', () => {
  const world = createWorld();
  world.event(1, {});
  world.event(14, {});
  world.event(15.5, {});
  expect(world.summary(200).rows[0]?.notice).toMatchObject({ lines: [{ count: 2, open: true }] });
});

test('A4 (T8): an alert still owed when its window is over is told then', () => {
  const world = createWorld();
  world.event(1, {});
  world.event(2, { kind: 'clear' });
  world.event(3, {});
  const early = world.summary(15);
  expect(early.rows.map((row) => row.notice.kind)).toEqual(['summary']);
  expect(early.ticked).toMatchObject({ settled: [], nextAt: t0 + 2 * W });
  const late = world.summary(30);
  expect(late.rows.map((row) => [row.channel, row.notice.kind])).toEqual([
    ['slack', 'still'],
    ['mail', 'still'],
  ]);
  expect(late.ticked).toMatchObject({ settled: ['process_down'] });
  expect(world.event(31, { kind: 'clear' }).rows.map((row) => row.notice.kind)).toEqual(['recovery', 'recovery']);
});

test('A4, A11: a service has its own window and its own routes; a summary is never a mail', () => {
  const quick = createWorld('quick');
  quick.event(0, {});
  expect(quick.event(0.9, {}).reason).toBe('repeated');
  expect(quick.event(1, {}).reason).toBe('still_firing');
  const line = createWorld('line');
  expect(line.event(0, {}).rows.map((row) => row.channel)).toEqual(['mail']);
  line.event(1, {});
  expect(line.summary(15)).toMatchObject({ rows: [], ticked: { settled: ['process_down'] } });
  expect(line.event(16, { kind: 'info', level: 'info' }).rows).toEqual([]);
});

test('A1 (T12): INFOs go singly until the minute has had its share, the rest is one message', () => {
  const world = createWorld();
  const plans = [0, 0.1, 0.2, 0.3].map((min) =>
    world.event(min, { kind: 'info', level: 'info', alertType: 'backup_ok' }),
  );
  expect(plans.map((plan) => plan.reason)).toEqual(['info', 'info', 'info_folded', 'info_folded']);
  expect(plans[2]?.agenda).toEqual([{ member: 'fold:a', at: t0 + MINUTE }]);
  expect(plans[3]?.records[0]).toMatchObject({ base: { state: 'info' }, notices: [] });
  expect(world.fold(1).rows[0]?.notice).toMatchObject({
    kind: 'fold',
    lines: [{ alertType: 'backup_ok', count: 2, open: null }],
  });
  expect(world.fold(2).rows).toEqual([]);
  expect(world.event(1.1, { kind: 'info', level: 'info' }).reason).toBe('info');
});

test('WARNINGs are open records without notices', () => {
  const world = createWorld();
  const plan = world.event(0, { level: 'warning', alertType: 'disk_low' });
  expect(plan.rows).toEqual([]);
  expect(plan.records).toMatchObject([{ base: { level: 'warning', state: 'open' }, notices: [] }]);
});
