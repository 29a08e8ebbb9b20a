import type { MetricsReport } from '@yoban/shared/contracts/report';
import { DAY, MINUTE } from '@yoban/shared/contracts/time';
import { addDuration, type Histogram, mergeHistogram } from './histogram.ts';

export type CallKind = 'llm' | 'tips' | 'cycles';

/** The calls of one kind in one minute. `failed` excludes timeouts and fallbacks, which stand apart. */
export interface Calls {
  ok: number;
  failed: number;
  timeouts: number;
  fallbacks: number;
  sumMs: number;
  maxMs: number;
  sumYen: number;
  histogram: Histogram;
}

/** Calls of a longer time, with their percentile in place of what it was made from. `p95Ms` is null for none, or where not asked for. */
export type CallSum = Omit<Calls, 'histogram'> & { p95Ms: number | null };

export const noCalls = (): Calls => ({
  ok: 0,
  failed: 0,
  timeouts: 0,
  fallbacks: 0,
  sumMs: 0,
  maxMs: 0,
  sumYen: 0,
  histogram: new Map(),
});

export const callCount = (calls: Omit<Calls, 'histogram'>): number =>
  calls.ok + calls.failed + calls.timeouts + calls.fallbacks;

/**
 * The one definition of an error of the model (H1, H3): a call that ended in an error, in a timeout, or with a prepared text in
 * place of an answer. A fallback is the last failed attempt of a request, so leaving it out would hide exactly the worst ones.
 */
export const errorCount = (calls: Omit<Calls, 'histogram'>): number => calls.failed + calls.timeouts + calls.fallbacks;

export function mergeCalls(into: Calls, from: Calls): void {
  into.ok += from.ok;
  into.failed += from.failed;
  into.timeouts += from.timeouts;
  into.fallbacks += from.fallbacks;
  into.sumMs += from.sumMs;
  into.maxMs = Math.max(into.maxMs, from.maxMs);
  into.sumYen += from.sumYen;
  mergeHistogram(into.histogram, from.histogram);
}

export const minuteOf = (epochMs: number): number => Math.floor(epochMs / MINUTE);

type Outcome = 'ok' | 'error' | 'timeout' | 'fallback' | 'failed';
const counterOf = { ok: 'ok', error: 'failed', failed: 'failed', timeout: 'timeouts', fallback: 'fallbacks' } as const;

/** No call takes longer and no tip is larger: beyond it a clock or a sum went wrong, and one such value must not drown the others. */
const maxCallMs = DAY;
const maxYen = 1e9;

function addCall(calls: Calls, reportedMs: number, outcome: Outcome, yen = 0): void {
  const ms = Math.min(reportedMs, maxCallMs);
  calls[counterOf[outcome]] += 1;
  calls.sumMs += ms;
  calls.maxMs = Math.max(calls.maxMs, ms);
  // Money that did not arrive is no revenue.
  if (outcome === 'ok') calls.sumYen += Math.min(yen, maxYen);
  addDuration(calls.histogram, ms);
}

/** The calls of one report by kind; they all belong to the report's one moment (the reporter keeps it under a minute wide). */
export function callsOfReport(deltas: MetricsReport['deltas']): Record<CallKind, Calls> {
  const calls = { llm: noCalls(), tips: noCalls(), cycles: noCalls() };
  for (const [ms, outcome] of deltas.llmCalls) addCall(calls.llm, ms, outcome);
  for (const [yen, ms, outcome] of deltas.tips) addCall(calls.tips, ms, outcome, yen);
  for (const [ms, , outcome] of deltas.cycles) addCall(calls.cycles, ms, outcome ?? 'ok');
  return calls;
}
