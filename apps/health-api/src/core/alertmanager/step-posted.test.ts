import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { AlertEvent as AlertEventSchema } from '@yoban/shared/contracts/alert';
import { isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { readPostedAlerts } from './posted-alert.ts';
import { noGroup, type OutsideGroup, stepPosted } from './step-posted.ts';

const t0 = Date.parse('2026-03-11T06:30:00.000Z');

/** A sender as Prometheus is one: start and end in each post, the end four minutes ahead. Times are seconds after t0. */
function createSender() {
  let group: OutsideGroup = noGroup;
  const all: AlertEvent[] = [];
  const post = (at: number, entries: { labels?: Record<string, string>; from: number; to?: number }[]) => {
    const now = t0 + at * SECOND;
    const body = entries.map(({ labels, from, to }) => ({
      labels: { alertname: 'Down', job: 'node', severity: 'critical', ...labels },
      annotations: { summary: `down: ${labels?.instance ?? 'one'}` },
      startsAt: isoTime(t0 + from * SECOND),
      endsAt: isoTime(to === undefined ? now + 4 * MINUTE : t0 + to * SECOND),
    }));
    const { alerts, problems } = readPostedAlerts(body, now);
    expect(problems).toEqual([]);
    const step = stepPosted(group, alerts, now);
    // What is remembered goes through a store.
    group = JSON.parse(JSON.stringify(step.group));
    for (const event of step.events) AlertEventSchema.parse(event);
    all.push(...step.events);
    return step.events.map((one) => `${one.kind} ${one.level} at ${seconds(one.at)} until ${seconds(one.endsAt)}`);
  };
  return { post, ids: () => all.map((one) => one.id), last: () => all.at(-1) };
}
const seconds = (iso: string | null | undefined) => (iso ? (Date.parse(iso) - t0) / SECOND : '-');

test('A4: an alert that is posted again moves its end; only its first post is a new raise', () => {
  const { post, ids } = createSender();
  expect(post(0, [{ from: 0 }])).toEqual(['raise critical at 0 until 240']);
  expect(post(60, [{ from: 0 }])).toEqual(['raise critical at 0 until 300']);
  expect(post(120, [{ from: 0 }])).toEqual(['raise critical at 0 until 360']);
  expect(new Set(ids()).size).toBe(3);
});

test('T0: one post sent twice is the same events', () => {
  const [a, b] = [createSender(), createSender()];
  for (const one of [a, b]) one.post(0, [{ from: 0 }, { from: 0, labels: { instance: 'b' } }]);
  expect(a.ids()).toEqual(b.ids());
});

test('its end clears it, and the end that is posted again is the same event', () => {
  const { post, ids } = createSender();
  post(0, [{ from: 0 }]);
  expect(post(90, [{ from: 0, to: 80 }])).toEqual(['clear critical at 80 until -']);
  post(150, [{ from: 0, to: 80 }]);
  expect(new Set(ids()).size).toBe(2);
});

test('of two instances under one name the first that ends clears nothing; the last one does', () => {
  const { post, last } = createSender();
  const [a, b] = [{ instance: 'a' }, { instance: 'b' }];
  post(0, [{ from: 0, labels: a }]);
  // The second counts as a raise of its own: dated after the first.
  expect(post(30, [{ from: 20, labels: b }])).toEqual(['raise critical at 20 until 270']);
  expect(post(60, [{ from: 0, labels: a }])).toEqual(['raise critical at 20 until 300']);
  expect(post(90, [{ from: 20, to: 85, labels: b }])).toEqual(['raise critical at 20 until 300']);
  expect(last()?.text?.title).toBe('down: a');
  expect(post(120, [{ from: 0, to: 110, labels: a }])).toEqual(['clear critical at 110 until -']);
});

test('instances that go down in the same moment are raises of their own', () => {
  const { post } = createSender();
  const down = ['a', 'b', 'c'].map((instance) => ({ from: 0, labels: { instance } }));
  expect(post(0, down)).toEqual([
    'raise critical at 0 until 240',
    'raise critical at 0.001 until 240',
    'raise critical at 0.002 until 240',
  ]);
  expect(post(60, down)).toEqual(['raise critical at 0.002 until 300']);
});

test('T5: a warning that becomes critical is raised again, and stays critical until all is over', () => {
  const { post } = createSender();
  post(0, [{ from: 0, labels: { severity: 'warning' } }]);
  expect(post(60, [{ from: 0, labels: { severity: 'warning' } }, { from: 50 }])).toEqual([
    'raise critical at 50 until 300',
  ]);
  expect(post(90, [{ from: 85, labels: { severity: 'warning', instance: 'b' } }])).toEqual([
    'raise critical at 50 until 330',
  ]);
  expect(post(120, [{ from: 50, to: 110 }])).toEqual(['raise critical at 50 until 330']);
  const ends = { to: 130, labels: { severity: 'warning' } };
  expect(
    post(140, [
      { from: 0, ...ends },
      { from: 85, to: 130, labels: { severity: 'warning', instance: 'b' } },
    ]),
  ).toEqual(['clear critical at 130 until -']);
  expect(post(200, [{ from: 190, labels: { severity: 'warning' } }])).toEqual(['raise warning at 190 until 440']);
});

test('T15: after its time ran out the same alert is raised anew, dated after that end', () => {
  const { post, ids } = createSender();
  post(0, [{ from: 0 }]);
  expect(post(600, [{ from: 0 }])).toEqual(['raise critical at 240.001 until 840']);
  expect(new Set(ids()).size).toBe(2);
});

test('a sender that always names the same start is raised again after its end', () => {
  const { post, ids } = createSender();
  post(0, [{ from: 0 }]);
  post(60, [{ from: 0, to: 50 }]);
  expect(post(120, [{ from: 0 }])).toEqual(['raise critical at 50.001 until 360']);
  expect(new Set(ids()).size).toBe(3);
});

test('an end that is posted before its alert is told, and the alert is raised after it', () => {
  const { post } = createSender();
  expect(post(0, [{ from: -60, to: -10 }])).toEqual(['clear warning at -10 until -']);
  expect(post(10, [{ from: -60 }])).toEqual(['raise critical at -9.999 until 250']);
});

test('T12: an INFO is told once for each start, and its end has no message', () => {
  const { post } = createSender();
  const info = { severity: 'info' };
  expect(post(0, [{ from: 0, labels: info }])).toEqual(['info info at 0 until -']);
  expect(post(60, [{ from: 0, labels: info }])).toEqual([]);
  expect(post(120, [{ from: 0, to: 110, labels: info }])).toEqual([]);
  expect(post(180, [{ from: 170, labels: info }])).toEqual(['info info at 170 until -']);
});

test('text from outside is one line, and what is too long is cut', () => {
  const { alerts } = readPostedAlerts(
    [
      {
        labels: { alertname: 'X', note: 'n'.repeat(2_000) },
        annotations: { summary: 'a\n[RECOVERED] b', description: 'd'.repeat(3_000) },
      },
    ],
    t0,
  );
  const [event] = stepPosted(noGroup, alerts, t0).events;
  expect(event?.text?.title).toBe('a [RECOVERED] b');
  expect([event?.text?.description.length, event?.labels?.note?.length]).toEqual([2_000, 1_000]);
  AlertEventSchema.parse(event);
});
