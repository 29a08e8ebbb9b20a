import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { levelOf, readPostedAlerts } from './posted-alert.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');
const read = (entry: unknown) => readPostedAlerts([entry], now);
const labels = { alertname: 'DiskFull', job: 'node' };

test('empty labels are dropped, and Go’s first moment of year 1 means none', () => {
  const none = '0001-01-01T00:00:00.000Z';
  const { alerts } = read({ labels: { ...labels, zone: '' }, startsAt: none, endsAt: none });
  expect(alerts[0]).toMatchObject({ labels, startsAt: now, endsAt: now + 5 * MINUTE });
});

test('startsAt is taken from an end in the past, else it is now', () => {
  const start = (endsAt: number) => read({ labels, endsAt: isoTime(endsAt) }).alerts[0]?.startsAt;
  expect(start(now - MINUTE)).toBe(now - MINUTE);
  expect(start(now + MINUTE)).toBe(now);
});

test('times with a zone and with nanoseconds are read', () => {
  const { alerts } = read({ labels, startsAt: '2026-03-11T15:00:00.123456789+09:00' });
  expect(alerts[0]?.startsAt).toBe(Date.parse('2026-03-11T06:00:00.123Z'));
});

test.each([
  [{ service: 'shop', job: 'node', instance: 'a:9100', alertname: 'X' }, 'shop', 'X'],
  [{ job: 'node', instance: 'a:9100', alertname: 'X' }, 'node', 'X'],
  [{ instance: 'a:9100', alertname: 'X' }, 'a:9100', 'X'],
  [{ severity: 'page' }, 'outside', 'alert'],
  [{ service: 'two\nlines', alertname: 'x'.repeat(300) }, 'two lines', `${'x'.repeat(199)}…`],
])('the service is its label, else job, else instance: %o', (given, service, alertType) => {
  expect(read({ labels: given }).alerts[0]).toMatchObject({ service, alertType });
});

test.each([
  ['critical', 'critical'],
  ['Page', 'critical'],
  ['error', 'critical'],
  ['warning', 'warning'],
  ['warn', 'warning'],
  ['info', 'info'],
  ['none', 'info'],
  ['sev-3', 'warning'],
  ['', 'warning'],
])('severity %j is %s', (severity, level) => {
  expect(levelOf(severity)).toBe(level);
});

test('bad entries are named, the good ones count', () => {
  const { alerts, problems } = readPostedAlerts(
    [
      { labels: { ...labels, alertname: 'Good' } },
      { labels: { e: '' } },
      { labels: { 'a b': 'x' } },
      { labels, startsAt: isoTime(now), endsAt: isoTime(now - 1) },
      { labels, endsAt: 'tomorrow' },
      { labels: { a: 1 } },
      { annotations: {} },
      'nonsense',
      { labels: { ...labels, alertname: 'AlsoGood' } },
    ],
    now,
  );
  expect(alerts.map((one) => one.alertType)).toEqual(['Good', 'AlsoGood']);
  expect(problems.map((one) => one.path)).toEqual([
    '1.labels',
    '2.labels',
    '3.endsAt',
    '4.endsAt',
    '5.labels.a',
    '6.labels',
    '7',
  ]);
  expect(problems[1]?.message).toBe('invalid label name "a b"');
});
