import { expect, test } from 'vitest';
import { sampleHealth } from '../../../test/sample-health.ts';
import { messagesOf } from '../../i18n/messages-of.ts';
import { checkRows } from './check-rows.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');
const context = { elapsedS: 0, nowMs, words: messagesOf('en'), locale: 'en' } as const;
const stateOf = (rows: ReturnType<typeof checkRows>, id: string) => rows.find((row) => row.id === id)?.state;

test('each check has its own state, value and age', () => {
  const rows = checkRows(sampleHealth('degraded', nowMs), 'ailife', context);
  expect(rows.map(({ id }) => id).slice(10)).toEqual(['probe.alive', 'probe.stream']);
  expect(rows.find(({ id }) => id === 'probe.alive')).toMatchObject({ state: 'ok', facts: 'http · 4 ms', ageS: 3 });
  expect(stateOf(rows, 'llm')).toBe('warn');
  expect(stateOf(rows, 'obs')).toBe('ok');
  expect(stateOf(checkRows(sampleHealth('empty', nowMs), 'ailife', context), 'obs')).toBe('not-configured');
  expect(rows.find(({ id }) => id === 'llm')?.facts).toContain('15.3%');
});

test('D3: a stale check is never ok, and an unknown one shows no value', () => {
  const rows = checkRows(sampleHealth('stale', nowMs), 'ailife', context);
  expect(stateOf(rows, 'game')).toBe('stale');
  expect(rows.find(({ id }) => id === 'system')).toMatchObject({ state: 'unknown', facts: '–' });
  expect(
    checkRows(sampleHealth('healthy', nowMs), 'ailife', { ...context, elapsedS: 60 }).some(
      ({ state }) => state === 'ok',
    ),
  ).toBe(false);
});

test('H5: a probe that fails, cannot tell or is old is never ok; one of another service is not its row', () => {
  const health = sampleHealth('healthy', nowMs);
  const [alive] = health.probes;
  if (!alive) throw new Error('the sample has no probe');
  const states = (change: Partial<typeof alive>) =>
    checkRows({ ...health, probes: [{ ...alive, ...change }] }, 'ailife', context).slice(10);
  expect(states({ status: 'failing' })[0]).toMatchObject({ state: 'warn' });
  expect(states({ status: 'unknown' })[0]).toMatchObject({ state: 'unknown', facts: 'http' });
  expect(states({ stale: true, age_s: 40 })[0]).toMatchObject({ state: 'stale' });
  expect(states({ service: 'shop' })).toEqual([]);
});
