import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { openRecord } from '../../../test/alert-record.ts';
import type { KnownSilence } from '../known-silence.ts';
import { type GettableContext, gettableAlerts } from './gettable-alerts.ts';
import { parseMatcher } from './label-filter.ts';
import { readPostedAlerts } from './posted-alert.ts';
import { alertGroups, selectAlerts } from './select-alerts.ts';

const now = Date.parse('2026-03-11T06:30:00.000Z');
const { alerts } = readPostedAlerts(
  [
    {
      labels: { alertname: 'Down', job: 'node', instance: 'a', severity: 'page' },
      annotations: { summary: 'a is down' },
    },
    { labels: { alertname: 'Down', job: 'node', instance: 'b', severity: 'warning' } },
    { labels: { alertname: 'Old', job: 'node' }, startsAt: isoTime(now - MINUTE), endsAt: isoTime(now - 1) },
  ],
  now,
);
const silence = (matcher: string): KnownSilence => ({
  silence: {
    id: matcher,
    matchers: [parseMatcher(matcher)],
    startsAt: isoTime(now - MINUTE),
    endsAt: isoTime(now + MINUTE),
    createdBy: 'ops',
    comment: '',
  },
  state: 'active',
  updatedAt: now,
});
const context = (change: Partial<GettableContext> = {}): GettableContext => ({
  outside: alerts.map((one) => ({ ...one, updatedAt: now })),
  records: [
    openRecord({ service: 'node', alertType: 'Down' }),
    openRecord({ service: 'ailife', alertType: 'disk_low' }),
  ],
  silences: [],
  channelsOf: (_service, level) => (level === 'critical' ? ['slack', 'mail'] : ['slack']),
  locale: 'en',
  now,
  ...change,
});
const everything = { active: true, silenced: true, inhibited: true, matchers: [], receiver: null };
const seen = (selection: Partial<Parameters<typeof selectAlerts>[1]>, change?: Partial<GettableContext>) =>
  selectAlerts(gettableAlerts(context(change)), { ...everything, ...selection })
    .map(({ labels: { alertname, instance, service } }) => `${alertname} ${instance || service}`)
    .sort((a, b) => a.localeCompare(b));

test('what was posted is answered as it was posted, once, beside the kit’s own alerts; what is over is not', () => {
  expect(seen({})).toEqual(['disk_low ailife', 'Down a', 'Down b']);
  const [own] = gettableAlerts(context()).filter(({ labels }) => labels.alertname === 'disk_low');
  expect(own).toMatchObject({
    labels: { alertname: 'disk_low', service: 'ailife', severity: 'warning' },
    status: { state: 'active', silencedBy: [], inhibitedBy: [] },
    receivers: [{ name: 'slack' }],
  });
  expect(own?.annotations.summary).not.toBe('');
});

test('A7: an active silence that matches shows on the alerts, by label and by our names', () => {
  expect(seen({ silenced: false }, { silences: [silence('instance=a')] })).toEqual(['disk_low ailife', 'Down b']);
  expect(seen({ silenced: false }, { silences: [silence('service=node')] })).toEqual(['disk_low ailife']);
  expect(seen({ silenced: false }, { silences: [silence('severity=page')] })).toEqual(['disk_low ailife', 'Down b']);
  expect(seen({ active: false }, { silences: [silence('service=~ai.*')] })).toEqual(['disk_low ailife']);
  const over = { ...silence('service=node'), state: 'expired' as const };
  expect(seen({ silenced: false }, { silences: [over] })).toHaveLength(3);
});

test('filters and receivers narrow the answer', () => {
  expect(seen({ matchers: [parseMatcher('instance=~a|b'), parseMatcher('severity!=page')] })).toEqual(['Down b']);
  expect(seen({ receiver: 'ma.*' })).toEqual(['Down a']);
});

test('an alert that a parent explains counts as inhibited', () => {
  const records = [openRecord({ service: 'ailife', alertType: 'disk_low', hiddenBy: 'ailife/process_down' })];
  expect(seen({ inhibited: false }, { records, outside: [] })).toEqual([]);
});

test('groups are what is told as one, once for each channel', () => {
  const groups = alertGroups(gettableAlerts(context()));
  expect(
    groups
      .map((one) => `${one.receiver.name} ${one.labels.service}/${one.labels.alertname} ${one.alerts.length}`)
      .sort((a, b) => a.localeCompare(b)),
  ).toEqual(['mail node/Down 1', 'slack ailife/disk_low 1', 'slack node/Down 2']);
});
