import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { AlertAudit, AlertTest } from '@yoban/shared/contracts/alert-command';
import type { SilenceView } from '@yoban/shared/contracts/silence';
import { DAY, HOUR, isoTime, MINUTE, SECOND } from '@yoban/shared/contracts/time';
import type { ChannelView, DeadLetter } from '../src/lib/alert-answers.ts';
import type { Scenario } from './sample-health.ts';
import { sampleAlerts } from './sample-history.ts';

type Notice = AlertRecord['notices'][number];

const outside: AlertRecord = {
  id: 'checkout/HighErrorRate#1',
  service: 'checkout',
  alertType: 'HighErrorRate',
  level: 'critical',
  state: 'acked',
  raisedAt: '',
  resolvedAt: null,
  params: {},
  lastError: null,
  suppressed: 11,
  ackedBy: 'operator',
  ackedAt: null,
  silencedBy: null,
  hiddenBy: null,
  labels: { alertname: 'HighErrorRate', job: 'checkout', instance: 'web-3.shop.example:9100', severity: 'page' },
  text: {
    title: 'HighErrorRate',
    description: '7.4 % of the requests of the last 5 minutes were answered with 5xx (limit 1 %).',
  },
  notices: [],
};

/** The list of alerts with one of each state, beyond what the overview shows. */
export function sampleAlertPage(scenario: Scenario, nowMs: number): AlertRecord[] {
  const rest = sampleAlerts(scenario, nowMs);
  if (scenario === 'empty' || scenario === 'healthy') return rest;
  const at = (ms: number) => isoTime(nowMs - ms);
  const notice = (id: string, changed: Partial<Notice>): Notice => ({
    ...{ id, channel: 'slack', kind: 'raise', state: 'sent', attempts: 1, at: at(12 * MINUTE), lastError: null },
    ...changed,
  });
  const acked: AlertRecord = {
    ...outside,
    raisedAt: at(12 * MINUTE),
    ackedAt: at(7 * MINUTE),
    notices: [
      notice('c1', {}),
      notice('c2', { channel: 'mail', state: 'dead', attempts: 4, lastError: 'smtp_550' }),
      notice('c3', { channel: 'duty-phone', kind: 'escalation', state: 'pending', attempts: 2, lastError: 'http_429' }),
    ],
  };
  const silenced: AlertRecord = {
    ...outside,
    id: 'voice-bot/memory_high#1',
    service: 'voice-bot',
    alertType: 'memory_high',
    level: 'warning',
    state: 'open',
    raisedAt: at(31 * MINUTE),
    params: { value: 431, limit: 512 },
    suppressed: 0,
    ackedBy: null,
    silencedBy: 's1',
    labels: {},
    text: null,
  };
  return [...rest, acked, silenced].sort((a, b) => b.raisedAt.localeCompare(a.raisedAt));
}

export function sampleSilences(scenario: Scenario, nowMs: number): SilenceView[] {
  if (scenario === 'empty' || scenario === 'healthy') return [];
  const at = (ms: number) => isoTime(nowMs + ms);
  const one = { createdBy: 'operator', updatedAt: at(-31 * MINUTE) };
  const equals = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  return [
    {
      ...{ ...one, id: 's1', state: 'active', startsAt: at(-31 * MINUTE), endsAt: at(29 * MINUTE) },
      matchers: [equals('service', 'voice-bot')],
      comment: 'Rebuilding the voice model',
    },
    {
      ...{ ...one, id: 's2', state: 'pending', startsAt: at(9 * HOUR), endsAt: at(11 * HOUR) },
      matchers: [
        { name: 'instance', value: 'web-[0-9]+\\.shop\\.example:9100', isRegex: true, isEqual: true },
        { ...equals('level', 'critical'), isEqual: false },
      ],
      comment: 'Moving the shop to new machines, rack by rack; whoever is on duty knows of it',
    },
    {
      ...{ ...one, id: 's3', state: 'expired', startsAt: at(-2 * DAY), endsAt: at(-2 * DAY + HOUR) },
      matchers: [equals('service', 'ailife'), equals('alertType', 'process_down')],
      comment: 'Restart after the kernel update',
    },
  ];
}

export const sampleChannels = (scenario: Scenario): ChannelView[] =>
  scenario === 'empty'
    ? []
    : [
        { name: 'slack', kind: 'slack' },
        { name: 'mail', kind: 'smtp' },
        { name: 'duty-phone', kind: 'pagerduty' },
        { name: 'line', kind: 'line' },
      ];

export function sampleTests(scenario: Scenario, nowMs: number): AlertTest[] {
  if (scenario === 'empty') return [];
  const at = isoTime(nowMs - 26 * HOUR);
  return [
    { id: 't1', channel: 'slack', outcome: 'sent', detail: null, at },
    { id: 't1', channel: 'mail', outcome: 'failed', detail: 'smtp_550', at },
    { id: 't0', channel: 'line', outcome: 'failed', detail: 'no_such_channel', at },
  ];
}

export function sampleDead(scenario: Scenario, nowMs: number): DeadLetter[] {
  return sampleAlertPage(scenario, nowMs).flatMap(({ notices, ...alert }) =>
    notices.filter(({ state }) => state === 'dead').map((notice) => ({ notice, alert })),
  );
}

export const sampleCommands = (target: string | null, nowMs: number): AlertAudit[] =>
  target === outside.id
    ? [
        {
          ...{ id: 'a1', do: 'ack', actor: 'operator', target, done: true, reason: 'acked' },
          note: 'The payment provider is down; their status page says 16:00.',
          at: isoTime(nowMs - 7 * MINUTE + SECOND),
        },
      ]
    : [];
