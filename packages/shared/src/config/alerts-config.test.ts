import { expect, test } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../contracts/time.ts';
import { routedChannels } from './alerts-config.ts';
import { parseConfig } from './load-config.ts';

const channels = 'channels: {slack: {kind: slack, url: {env: A}}, mail: {kind: slack, url: {env: B}}}';
const read = (alerts: string, services = '{}') =>
  parseConfig(`version: 1\nservices: ${services}\nalerts: {${channels}${alerts}}\n`, {}, 'yoban.yml');

test('A7, A10: what an unwritten alerts section means', () => {
  expect(read('').alerts).toMatchObject({
    rearmOnRecovery: false,
    remindEvery: 4 * HOUR,
    ackFor: 4 * HOUR,
    escalation: [],
    inhibit: [],
    infosPerMinute: 20,
    dailyStats: { enabled: true, at: '09:00' },
  });
});

test('A7: levels come at 0, 5 and 15 min unless they say so, and each later than the one before it', () => {
  expect(
    read(', escalation: [{channels: [slack]}, {channels: [mail]}, {channels: [mail, slack]}]').alerts.escalation,
  ).toEqual([
    { afterMs: 0, channels: ['slack'] },
    { afterMs: 5 * MINUTE, channels: ['mail'] },
    { afterMs: 15 * MINUTE, channels: ['mail', 'slack'] },
  ]);
  expect(read(', escalation: [{after: 30s, channels: [mail]}]').alerts.escalation).toEqual([
    { afterMs: 30 * SECOND, channels: ['mail'] },
  ]);
  expect(() => read(', escalation: [{after: 6m, channels: [mail]}, {channels: [slack]}]')).toThrow(
    /escalation\.1\.after: must be later/,
  );
  const four = Array(4).fill('{channels: [mail]}').join(', ');
  expect(() => read(`, escalation: [${four}]`)).toThrow(/escalation\.3\.after: is missing/);
});

test('A7: a level to a channel that is not there is named, and counts as a use of its channel', () => {
  expect(() => read(', escalation: [{channels: [pager]}]')).toThrow(
    /alerts\.escalation\.0\.channels\.0: no channel "pager"/,
  );
  expect(routedChannels(read('', '{bot: {alerts: {escalation: [{channels: [mail]}]}}}'))).toEqual(new Set(['mail']));
});

test('reminders and folding can be switched off', () => {
  const off = read(', remindEvery: off, infosPerMinute: off', '{bot: {alerts: {remindEvery: 1h}}}');
  expect(off.alerts).toMatchObject({ remindEvery: null, infosPerMinute: null });
  expect(off.services.bot?.alerts?.remindEvery).toBe(HOUR);
  expect(() => read(', dailyStats: {at: "25:00"}')).toThrow(/a time of day is written as HH:MM/);
  expect(() => read(', inhibit: [{parent: a/b/c, children: [x]}]')).toThrow(/written as type or service\/type/);
});
