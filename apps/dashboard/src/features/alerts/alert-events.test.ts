import { describe, expect, test } from 'vitest';
import { sampleAlerts } from '../../../test/sample-history.ts';
import { alertLines, channelsOf, repeatsHeldBack } from './alert-events.ts';

const nowMs = Date.parse('2026-03-10T15:30:08Z');

describe('the list of alerts', () => {
  const lines = alertLines(sampleAlerts('degraded', nowMs), 'en');
  test('D2: has [CRIT], [WARN] and [INFO], newest first', () => {
    expect(lines.map(({ tag }) => tag)).toEqual(['WARN', 'INFO', 'INFO', 'CRIT', 'INFO']);
    expect(lines.map(({ atMs }) => atMs)).toEqual(lines.map(({ atMs }) => atMs).toSorted((a, b) => b - a));
  });
  test('tells the end of a resolved alert as a line of its own, above its beginning', () => {
    const about = lines.filter(({ record }) => record.state === 'resolved');
    expect(about.map(({ kind, shape }) => [kind, shape])).toEqual([
      ['recovered', 'ok'],
      ['raised', 'error'],
    ]);
    expect(about[0]?.text.short).toBe('Process is up again');
    expect(about[1]?.text.short).toBe('Process is down and did not come back within 10 s.');
  });
  test('is written in the language of the reader', () => {
    const [first] = alertLines(sampleAlerts('degraded', nowMs), 'ja');
    expect(first?.text.short).toContain('エラー率');
  });
  test('names the channels that got it, each once', () => {
    const raised = lines.find(({ tag }) => tag === 'CRIT');
    expect(raised && channelsOf(raised)).toEqual(['slack', 'mail']);
  });
});

test('A4: repeats held back are counted over all records', () => {
  expect(repeatsHeldBack(sampleAlerts('degraded', nowMs))).toBe(3);
});
