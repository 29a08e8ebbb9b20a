import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { alertsOf, backupsOf, dailyEvent, decideDaily, incidentsOf } from './daily-stats.ts';

const tokyo = { at: '09:00', zone: 'Asia/Tokyo' };
const berlin = { at: '02:30', zone: 'Europe/Berlin' };
const at = (text: string) => Date.parse(text);

/** Looks once a minute from `from` to `to`; what is sent, and what is passed over. */
function live(plan: typeof tokyo, from: string, to: string, lastDay: string | null) {
  const sent: string[] = [];
  let last = lastDay;
  for (let now = at(from); now <= at(to); now += MINUTE) {
    const decision = decideDaily(plan, last, now);
    if (decision.do === 'wait') continue;
    last = decision.do === 'send' ? decision.report.day : decision.day;
    const hours = decision.do === 'send' ? (decision.report.toMs - decision.report.fromMs) / HOUR : 0;
    sent.push(
      decision.do === 'send' ? `${last} ${hours} h at ${isoTime(now).slice(11, 16)}` : `${last} ${decision.reason}`,
    );
  }
  return sent;
}

test('A10: one report a day, at the set time in the configured zone, of the time since the one before', () => {
  expect(live(tokyo, '2026-03-11T00:00:00Z', '2026-03-13T12:00:00Z', '2026-03-10')).toEqual([
    '2026-03-11 24 h at 00:00',
    '2026-03-12 24 h at 00:00',
    '2026-03-13 24 h at 00:00',
  ]);
});

test('A10: the first start has no day behind it', () => {
  expect(live(tokyo, '2026-03-11T05:00:00Z', '2026-03-12T01:00:00Z', null)).toEqual([
    '2026-03-11 first_start',
    '2026-03-12 24 h at 00:00',
  ]);
});

test('A10: days on which nobody ran are not sent in a burst, and a late report is sent for half a day', () => {
  expect(live(tokyo, '2026-03-20T03:00:00Z', '2026-03-20T04:00:00Z', '2026-03-10')).toEqual([
    '2026-03-20 24 h at 03:00',
  ]);
  expect(live(tokyo, '2026-03-20T12:01:00Z', '2026-03-20T13:00:00Z', '2026-03-10')).toEqual(['2026-03-20 too_late']);
});

test('A10: a day of 23 h and one of 25 h have one report each, also where the hour comes twice or not at all', () => {
  expect(live(berlin, '2026-03-28T22:00:00Z', '2026-03-30T02:00:00Z', '2026-03-28')).toEqual([
    '2026-03-29 23.5 h at 01:00',
    '2026-03-30 23.5 h at 00:30',
  ]);
  expect(live(berlin, '2026-10-24T22:00:00Z', '2026-10-26T02:00:00Z', '2026-10-24')).toEqual([
    '2026-10-25 24 h at 00:30',
    '2026-10-26 25 h at 01:30',
  ]);
  const morning = { at: '09:00', zone: 'Europe/Berlin' };
  expect(live(morning, '2026-03-28T22:00:00Z', '2026-03-29T12:00:00Z', '2026-03-28')).toEqual([
    '2026-03-29 23 h at 07:00',
  ]);
  expect(live(morning, '2026-10-24T22:00:00Z', '2026-10-25T12:00:00Z', '2026-10-24')).toEqual([
    '2026-10-25 25 h at 08:00',
  ]);
});

test('A10: a clock that goes back sends nothing twice', () => {
  expect(decideDaily(tokyo, '2026-03-11', at('2026-03-10T23:00:00Z'))).toEqual({ do: 'wait' });
  expect(decideDaily(tokyo, '2026-03-11', at('2026-03-11T06:00:00Z'))).toEqual({ do: 'wait' });
});

const period = { fromMs: at('2026-03-10T00:00:00Z'), toMs: at('2026-03-11T00:00:00Z') };
const notice = (id: string, time: string, state: 'sent' | 'dead' = 'sent'): AlertRecord['notices'][number] => ({
  id,
  channel: 'slack',
  kind: 'digest',
  state,
  attempts: 1,
  at: time,
  lastError: null,
});
const record = (over: Partial<AlertRecord>): AlertRecord => ({
  id: 'a',
  service: 'ailife',
  alertType: 'disk_low',
  level: 'warning',
  state: 'open',
  raisedAt: '2026-03-10T06:00:00.000Z',
  resolvedAt: null,
  params: {},
  lastError: null,
  suppressed: 0,
  ackedBy: null,
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
  labels: {},
  text: null,
  notices: [],
  ...over,
});

test('A10: alerts sent are messages that arrived, a digest of several once; repeats are counted with their alert', () => {
  const digest = notice('digest:slack:1', '2026-03-10T06:15:00.000Z');
  const records = [
    record({ notices: [digest, notice('dead', '2026-03-10T07:00:00.000Z', 'dead')], suppressed: 3 }),
    record({ id: 'b', notices: [digest, notice('late', '2026-03-11T00:00:00.000Z')] }),
    record({ id: 'c', service: 'other', notices: [notice('x', '2026-03-10T07:00:00.000Z')], suppressed: 9 }),
    record({ id: 'd', raisedAt: '2026-03-09T06:00:00.000Z', suppressed: 5 }),
  ];
  expect(alertsOf(records, 'ailife', period)).toEqual({ sent: 1, suppressed: 3 });
});

test('A10: incidents and backups of the day alone', () => {
  const incident = (detectedAt: string, service = 'ailife') => ({ service, detectedAt });
  expect(
    incidentsOf(
      [
        incident('2026-03-10T00:00:00.000Z'),
        incident('2026-03-11T00:00:00.000Z'),
        incident('2026-03-10T01:00:00.000Z', 'x'),
      ],
      'ailife',
      period,
    ),
  ).toBe(1);
  const file = (takenAt: string) => ({
    ...{ id: takenAt, db: 'game', tier: 'hourly' as const, path: '/b', dueAt: takenAt, trigger: 'schedule' as const },
    ...{ sizeBytes: 1, databaseBytes: 1, sha256: 'a'.repeat(64), durationMs: 1, journalMode: 'wal' },
    takenAt,
    verifiedAt: takenAt,
  });
  expect(backupsOf([file('2026-03-10T03:00:00.000Z'), file('2026-03-09T03:00:00.000Z')], period)).toEqual({
    made: 1,
    verified: 1,
  });
});

test('A10: the id of the event is made of service and date; a part that is not there is not in it', () => {
  const report = { day: '2026-03-11', ...period };
  const event = dailyEvent('ailife', report, {
    upPercent: 99.999,
    uptimeS: 60,
    incidents: 0,
    llm: null,
    tips: null,
    gameDay: null,
    backups: null,
    alerts: { sent: 0, suppressed: 0 },
  });
  expect(event).toMatchObject({
    id: 'daily-ailife-2026-03-11',
    kind: 'info',
    alertType: 'daily_stats',
    at: '2026-03-11T00:00:00.000Z',
  });
  expect(event.params).toEqual({
    hours: 24,
    upPercent: 99.99,
    uptimeS: 60,
    incidents: 0,
    alertsSent: 0,
    alertsSuppressed: 0,
  });
});
