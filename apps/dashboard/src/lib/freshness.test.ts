import { describe, expect, test } from 'vitest';
import { freshnessOf } from './freshness.ts';
import { panelState, severityOf, worst } from './panel-state.ts';

const source = { stale: false, ageS: 3, elapsedS: 0, everyS: 10 };

describe('D3: stale data is marked stale', () => {
  test('fresh input adds the time it has lain here', () => {
    expect(freshnessOf({ ...source, elapsedS: 5 })).toEqual({ kind: 'fresh', ageS: 8 });
  });
  test('no answer of the server for more than two intervals is stale', () => {
    expect(freshnessOf({ ...source, elapsedS: 20 }).kind).toBe('fresh');
    expect(freshnessOf({ ...source, elapsedS: 21 })).toEqual({ kind: 'stale', ageS: 24, everyS: 10 });
  });
  test('no answer for more than five intervals is unknown', () => {
    expect(freshnessOf({ ...source, elapsedS: 51 })).toEqual({ kind: 'unknown', ageS: 54 });
  });
  test('a source that the server calls stale is stale at once, and unknown after five of its intervals', () => {
    expect(freshnessOf({ ...source, stale: true, ageS: 34 })).toEqual({ kind: 'stale', ageS: 34, everyS: 10 });
    expect(freshnessOf({ ...source, stale: true, ageS: 34, elapsedS: 17 }).kind).toBe('unknown');
  });
  test('a source that was never heard is unknown', () => {
    expect(freshnessOf({ ...source, stale: true, ageS: null })).toEqual({ kind: 'unknown', ageS: null });
  });
  test('a slow source that the server calls fresh stays fresh at any age', () => {
    expect(freshnessOf({ ...source, ageS: 7_200, elapsedS: 4 })).toEqual({ kind: 'fresh', ageS: 7_204 });
  });
});

describe('the state of a panel', () => {
  test('an old value is never shown green', () => {
    expect(panelState('ok', { kind: 'stale', ageS: 34, everyS: 10 })).toBe('stale');
    expect(panelState('ok', { kind: 'unknown', ageS: null })).toBe('unknown');
  });
  test('the words of the API become three severities', () => {
    expect(['ok', 'degraded', 'down', 'disconnected', 'stale', 'error', 'unhealthy'].map(severityOf)).toEqual([
      'ok',
      'warn',
      'warn',
      'warn',
      'warn',
      'error',
      'error',
    ]);
  });
  test('a word from the future is not taken for fine', () => {
    expect(severityOf('paused')).toBe('warn');
  });
  test('the worst one counts', () => {
    expect(worst('ok', 'error', 'warn')).toBe('error');
    expect(worst()).toBe('ok');
  });
});
