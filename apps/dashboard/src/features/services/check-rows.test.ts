import { expect, test } from 'vitest';
import { sampleHealth } from '../../../test/sample-health.ts';
import { messagesOf } from '../../i18n/messages-of.ts';
import { checkRows } from './check-rows.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const context = { elapsedS: 0, nowMs, words: messagesOf('en'), locale: 'en' } as const;
const stateOf = (rows: ReturnType<typeof checkRows>, id: string) => rows.find((row) => row.id === id)?.state;

test('each check has its own state, value and age', () => {
  const rows = checkRows(sampleHealth('degraded', nowMs), context);
  expect(rows).toHaveLength(10);
  expect(stateOf(rows, 'llm')).toBe('warn');
  expect(stateOf(rows, 'obs')).toBe('not-configured');
  expect(rows.find(({ id }) => id === 'llm')?.facts).toContain('15.3%');
});

test('D3: a stale check is never ok, and an unknown one shows no value', () => {
  const rows = checkRows(sampleHealth('stale', nowMs), context);
  expect(stateOf(rows, 'game')).toBe('stale');
  expect(rows.find(({ id }) => id === 'system')).toMatchObject({ state: 'unknown', facts: '–' });
  expect(
    checkRows(sampleHealth('healthy', nowMs), { ...context, elapsedS: 60 }).some(({ state }) => state === 'ok'),
  ).toBe(false);
});
