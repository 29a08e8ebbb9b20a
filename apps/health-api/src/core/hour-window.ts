import { HOUR, MINUTE } from '@yoban/shared/contracts/time';
import { percentile } from './histogram.ts';
import { type CallKind, type Calls, callCount, errorCount, mergeCalls, minuteOf, noCalls } from './minute-calls.ts';

/** The last hour as the health answer shows it. A minute belongs to it until it began an hour ago. */
export interface HourCounts {
  llmCalls: number;
  llmErrorPercent: number;
  llmAvgMs: number;
  llmP95Ms: number | null;
  llmTimeouts: number;
  llmFallbacks: number;
  tipsOk: number;
  tipsFailed: number;
  tipsYen: number;
}

export interface HourWindow {
  llm: Map<number, Calls>;
  tips: Map<number, Calls>;
  cycles: Map<number, Calls>;
}

export const emptyHour = (): HourWindow => ({ llm: new Map(), tips: new Map(), cycles: new Map() });

/** Adds a minute's calls and lets go of what is over an hour old. Minutes are epoch minutes. */
export function addToHour(window: HourWindow, kind: CallKind, minute: number, calls: Calls): void {
  const known = window[kind].get(minute);
  if (known) mergeCalls(known, calls);
  else if (callCount(calls) > 0) {
    const copy = noCalls();
    mergeCalls(copy, calls);
    window[kind].set(minute, copy);
  }
}

export function forgetBeforeHour(window: HourWindow, now: number): void {
  for (const kind of [window.llm, window.tips, window.cycles])
    for (const minute of kind.keys()) if (minute * MINUTE <= now - HOUR) kind.delete(minute);
}

function sum(minutes: ReadonlyMap<number, Calls>, now: number): Calls {
  const total = noCalls();
  for (const [minute, calls] of minutes) if (minute * MINUTE > now - HOUR) mergeCalls(total, calls);
  return total;
}

/** One failed call of few says nothing of a share of a few percent. */
const enoughCalls = 20;
const newestMinutes = 10;

/**
 * Share (0 to 1) of failed calls of the model among the newest: of as many minutes back from now as give twenty calls, ten minutes at
 * most. The hour would be an hour late to say that a repair has helped. Null for fewer calls. `now` is epoch ms.
 */
export function newestErrorRate({ llm }: HourWindow, now: number): number | null {
  const total = noCalls();
  for (let back = 0; back < newestMinutes && callCount(total) < enoughCalls; back += 1) {
    const calls = llm.get(minuteOf(now) - back);
    if (calls) mergeCalls(total, calls);
  }
  return callCount(total) < enoughCalls ? null : errorCount(total) / callCount(total);
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

export function hourCounts(window: HourWindow, now: number): HourCounts {
  const llm = sum(window.llm, now);
  const tips = sum(window.tips, now);
  const calls = callCount(llm);
  const p95 = percentile(llm.histogram, 0.95, llm.maxMs);
  return {
    llmCalls: calls,
    llmErrorPercent: calls === 0 ? 0 : tenth((errorCount(llm) / calls) * 100),
    llmAvgMs: calls === 0 ? 0 : Math.round(llm.sumMs / calls),
    llmP95Ms: p95 === null ? null : Math.round(p95),
    llmTimeouts: llm.timeouts,
    llmFallbacks: llm.fallbacks,
    tipsOk: tips.ok,
    tipsFailed: tips.failed,
    tipsYen: tips.sumYen,
  };
}
