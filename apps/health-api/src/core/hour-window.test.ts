import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { expect, test } from 'vitest';
import { addToHour, emptyHour, forgetBeforeHour, hourCounts, newestErrorRate } from './hour-window.ts';
import { callsOfReport, minuteOf, noCalls } from './minute-calls.ts';

const now = Date.parse('2026-03-11T15:30:30.000Z');
const calls = callsOfReport({
  llmCalls: [
    [100, 'ok'],
    [300, 'error'],
    [500, 'timeout'],
    [700, 'fallback'],
  ],
  tips: [
    [500, 20, 'ok'],
    [900, 20, 'failed'],
  ],
  cycles: [[900, -3]],
});

test('H1: the error rate counts errors, timeouts and fallbacks; a failed tip is no revenue', () => {
  const window = emptyHour();
  for (const kind of ['llm', 'tips', 'cycles'] as const) addToHour(window, kind, minuteOf(now), calls[kind]);
  expect(hourCounts(window, now)).toMatchObject({
    llmCalls: 4,
    llmErrorPercent: 75,
    llmAvgMs: 400,
    llmTimeouts: 1,
    llmFallbacks: 1,
    tipsOk: 1,
    tipsFailed: 1,
    tipsYen: 500,
  });
});

test('a minute leaves the hour an hour after it began', () => {
  const window = emptyHour();
  addToHour(window, 'llm', minuteOf(now), calls.llm);
  const began = minuteOf(now) * MINUTE;
  expect(hourCounts(window, began + HOUR - 1).llmCalls).toBe(4);
  expect(hourCounts(window, began + HOUR).llmCalls).toBe(0);
  forgetBeforeHour(window, began + HOUR);
  expect(window.llm.size).toBe(0);
});

test('adding to a minute does not change what was added', () => {
  const window = emptyHour();
  addToHour(window, 'llm', 1, calls.llm);
  addToHour(window, 'llm', 1, calls.llm);
  expect(calls.llm.ok).toBe(1);
  expect(window.llm.get(1)?.ok).toBe(2);
});

test('C2: the newest error rate is of twenty calls, from as few minutes as have them, and of ten minutes at most', () => {
  const window = emptyHour();
  const add = (minutesAgo: number, ok: number, failed: number) =>
    addToHour(window, 'llm', minuteOf(now) - minutesAgo, { ...noCalls(), ok, failed });
  add(30, 0, 500);
  add(9, 0, 10);
  add(2, 9, 0);
  expect(newestErrorRate(window, now)).toBeNull();
  add(2, 0, 1);
  expect(newestErrorRate(window, now)).toBe(11 / 20);
  add(1, 30, 0);
  expect(newestErrorRate(window, now)).toBe(0);
  expect(newestErrorRate(window, now + 10 * MINUTE)).toBeNull();
});
