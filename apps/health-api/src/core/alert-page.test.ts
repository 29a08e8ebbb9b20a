import { expect, test } from 'vitest';
import { openRecord } from '../../test/alert-record.ts';
import { type AlertQuery, alertPage } from './alert-page.ts';

const at = (minute: number) => `2026-03-11T15:${String(minute).padStart(2, '0')}:00.000Z`;
const records = [
  openRecord({ id: 'a', raisedAt: at(1), level: 'critical', service: 'shop', alertType: 'process_down' }),
  openRecord({ id: 'b', raisedAt: at(2), state: 'resolved', resolvedAt: at(9), labels: { instance: 'db-1' } }),
  openRecord({ id: 'c', raisedAt: at(2), state: 'info', level: 'info', alertType: 'backup_ok' }),
  openRecord({ id: 'd', raisedAt: at(4), state: 'acked', text: { title: 'Till stuck', description: 'at the door' } }),
];
const any: AlertQuery = { states: null, levels: null, service: null, q: null, before: null, limit: 50 };
const ids = (query: Partial<AlertQuery>) => alertPage(records, { ...any, ...query }).alerts.map((one) => one.id);

test('newest first, narrowed by state, level and service', () => {
  expect(ids({})).toEqual(['d', 'c', 'b', 'a']);
  expect(ids({ states: ['open', 'acked'] })).toEqual(['d', 'a']);
  expect(ids({ levels: ['critical', 'info'] })).toEqual(['c', 'a']);
  expect(ids({ service: 'shop' })).toEqual(['a']);
});

test('q finds words in names, labels and words, in either language', () => {
  expect(ids({ q: 'instance=DB-1' })).toEqual(['b']);
  expect(ids({ q: 'shop down' })).toEqual(['a']);
  expect(ids({ q: 'プロセス' })).toEqual(['a']);
  expect(ids({ q: 'LLM' })).toContain('d');
  expect(ids({ q: 'nothing-like-this' })).toEqual([]);
});

test('pages follow each other without a gap, also among alerts of one moment', () => {
  const seen: string[] = [];
  let before: string | null = null;
  for (let page = 0; page < 10; page++) {
    const { alerts, next } = alertPage(records, { ...any, before, limit: 1 });
    seen.push(...alerts.map((one) => one.id));
    before = next;
    if (next === null) break;
  }
  expect(seen).toEqual(['d', 'c', 'b', 'a']);
  expect(ids({ before: at(2) })).toEqual(['a']);
});
