import type { MetricsReport } from '@yoban/shared/contracts/report';
import { countCalls } from '../core/counters.ts';
import { addToHour, forgetBeforeHour } from '../core/hour-window.ts';
import { callCount, callsOfReport, minuteOf } from '../core/minute-calls.ts';
import type { LatestReport } from '../core/observed.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { ServiceState } from './read-model.ts';

const kinds = ['llm', 'tips', 'cycles'] as const;

/**
 * Takes one report: stored and counted once however often it comes (H3), in one transaction. False for a repeat.
 * A late report adds its calls to their own minute, but never replaces a newer state.
 */
export function takeReport(state: ServiceState, report: MetricsReport, store: StoreGuard, now: number): boolean {
  const { name } = state.settings;
  const at = Math.min(Date.parse(report.at), now);
  const minute = minuteOf(at);
  const calls = callsOfReport(report.deltas);
  const latest = newerReport(state.report, report, at);
  const counters = countCalls(state.counters, calls);
  const lastOkAt = Math.max(
    state.llmLastOkAt ?? 0,
    calls.llm.ok > 0 ? at : 0,
    report.gauges.llmLastSuccessAt ? Math.min(Date.parse(report.gauges.llmLastSuccessAt), now) : 0,
  );
  const isNew = store.write((db) => {
    if (!db.markSeen(name, report.instance, report.seq, now)) return false;
    for (const kind of kinds) {
      // An app that reports has had no tip rather than an unknown number of them: its minute stands even when empty.
      if (callCount(calls[kind]) > 0 || kind === 'tips') db.calls.add(name, kind, minute, calls[kind]);
    }
    db.records.setLatest(`report/${name}`, at, latest);
    db.records.setLatest(`counters/${name}`, at, { counters, llmLastOkAt: lastOkAt || null });
    return true;
  });
  if (!isNew) return false;
  state.report = latest;
  state.counters = counters;
  state.llmLastOkAt = lastOkAt || null;
  for (const kind of kinds) addToHour(state.hour, kind, minute, calls[kind]);
  forgetBeforeHour(state.hour, now);
  return true;
}

function newerReport(before: LatestReport | null, report: MetricsReport, at: number): LatestReport {
  if (before && before.at > at) return before;
  return {
    at,
    instance: report.instance,
    instanceSince: before?.instance === report.instance ? before.instanceSince : at,
    gauges: report.gauges,
    game: report.game ?? null,
    platforms: report.platforms ?? null,
  };
}
