import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { expect, test } from 'vitest';
import { openRecord } from '../../test/alert-record.ts';
import { alertTransitions } from './alert-transitions.ts';

const at = '2026-03-11T15:40:00.000Z';
const between = (before: AlertRecord | null, after: AlertRecord) =>
  alertTransitions(before, after, at).map((one) => `${one.what} ${one.severity} ${one.at.slice(11, 16)}`);
const open = openRecord({ level: 'critical' });
const ackedAt = '2026-03-11T15:33:00.000Z';
const acked = openRecord({ level: 'critical', state: 'acked', ackedBy: 'ops', ackedAt });
const over = openRecord({ level: 'critical', state: 'resolved', resolvedAt: '2026-03-11T15:35:00.000Z' });

test('each step of an alert is told once', () => {
  expect(between(null, open)).toEqual(['raised critical 15:30']);
  expect(between(open, { ...open, suppressed: 3 })).toEqual([]);
  expect(between(open, acked)).toEqual(['acked info 15:33']);
  expect(between(acked, acked)).toEqual([]);
  expect(between(acked, open)).toEqual(['unacked critical 15:40']);
  expect(between(acked, over)).toEqual(['recovered info 15:35']);
  expect(between(over, over)).toEqual([]);
});

test('a record that skips states tells what came between', () => {
  expect(between(null, over)).toEqual(['raised critical 15:30', 'recovered info 15:35']);
  expect(between(openRecord(), open)).toEqual(['upgraded critical 15:40']);
});

test('a message that was given up is an error, once', () => {
  const notice = {
    id: 'n',
    channel: 'slack',
    kind: 'raise',
    state: 'dead',
    attempts: 9,
    at,
    lastError: 'http_404',
  } as const;
  const dead = { ...open, notices: [notice] };
  expect(between(open, dead)).toEqual(['notice_dead error 15:40']);
  expect(between(dead, dead)).toEqual([]);
  expect(alertTransitions(open, dead, at)[0]?.detail).toBe('slack: http_404');
});

test('an INFO is told when it is first heard of', () => {
  const info = openRecord({ level: 'info', state: 'info' });
  expect(between(null, info)).toEqual(['info info 15:30']);
  expect(between(info, info)).toEqual([]);
});
