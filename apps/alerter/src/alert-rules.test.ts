import { parseConfig } from '@yoban/shared/config/load-config';
import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { agendaHorizonMs, alertRules } from './alert-rules.ts';
import { channelsFor, levelsOf, policyOf } from './core/rules.ts';

const channels =
  'channels: {slack: {kind: slack, url: {env: A}}, mail: {kind: slack, url: {env: B}}, pager: {kind: slack, url: {env: C}}}';
const routes = 'routes: {critical: [slack, mail], warning: [slack], info: [slack]}';
const read = (alerts: string, services = '{}', usable = ['slack', 'mail', 'pager']) =>
  alertRules(parseConfig(`version: 1\nservices: ${services}\nalerts: {${channels}, ${routes}${alerts}}\n`, {}, 'f'), {
    usable,
    withoutSummaries: ['mail'],
    keepingAlerts: [],
  });

test('A7, A11: each setting of a service stands above the general one, the rest is shared', () => {
  const rules = read(
    ', rearmOnRecovery: true, escalation: [{after: 5m, channels: [pager]}]',
    '{bot: {alerts: {rearmOnRecovery: false, remindEvery: off, ackFor: 1h}}}',
  );
  expect(policyOf(rules, 'ailife')).toMatchObject({
    rearmOnRecovery: true,
    remindEveryMs: 4 * HOUR,
    ackForMs: 4 * HOUR,
  });
  expect(policyOf(rules, 'bot')).toMatchObject({ rearmOnRecovery: false, remindEveryMs: null, ackForMs: HOUR });
  expect(levelsOf(policyOf(rules, 'bot'))).toEqual([
    { afterMs: 0, channels: ['slack', 'mail'] },
    { afterMs: 5 * MINUTE, channels: ['pager'] },
  ]);
});

test('A11: a service with routes of its own is told over these alone', () => {
  const rules = read(
    ', escalation: [{after: 5m, channels: [pager]}]',
    '{bot: {alerts: {routes: {critical: [mail]}}}, shop: {alerts: {routes: {critical: [mail]}, escalation: [{channels: [pager]}]}}}',
  );
  expect(levelsOf(policyOf(rules, 'bot'))).toEqual([{ afterMs: 0, channels: ['mail'] }]);
  expect(['critical', 'warning', 'info'].map((level) => channelsFor(rules, 'bot', level as 'info'))).toEqual([
    ['mail'],
    [],
    [],
  ]);
  expect(channelsFor(rules, 'shop', 'critical')).toEqual(['pager']);
});

test('A7: channels that cannot be used fall out of routes and levels', () => {
  const rules = read(', escalation: [{channels: [slack]}, {channels: [pager]}, {channels: [mail, pager]}]', '{}', [
    'slack',
    'mail',
  ]);
  expect(rules.routes.critical).toEqual(['slack', 'mail']);
  expect(rules.escalation).toEqual([
    { afterMs: 0, channels: ['slack'] },
    { afterMs: 15 * MINUTE, channels: ['mail'] },
  ]);
});

test('A7: rules of the file come beside the built-in ones; nothing is planned beyond the longest bucket', () => {
  const rules = read(
    ', inhibit: [{parent: db/process_down, children: [web/health_unreachable, llm_down], grace: 10s}]',
    '{bot: {alerts: {deduplicationWindowMs: 3600000}}}',
  );
  expect(rules.inhibit.map((rule) => rule.parent.alertType)).toEqual(['process_down', 'process_down']);
  expect(rules.inhibit[1]).toEqual({
    parent: { service: 'db', alertType: 'process_down' },
    children: [
      { service: 'web', alertType: 'health_unreachable' },
      { service: null, alertType: 'llm_down' },
    ],
    graceMs: 10_000,
  });
  expect(agendaHorizonMs(rules)).toBe(HOUR);
});
