import type { HealthResponse, OverallStatus } from '@yoban/shared/contracts/health';
import { isoTime, SECOND } from '@yoban/shared/contracts/time';
import { databaseSummary } from '../core/checks/database-check.ts';
import { partFreshness } from '../core/checks/part-freshness.ts';
import { newestErrorRate } from '../core/hour-window.ts';
import { probeSummaries } from '../core/probe-summaries.ts';
import { reasonsOf, sinceOf } from '../core/reasons.ts';
import { rollUp } from '../core/roll-up.ts';
import type { KitView } from './evaluator.ts';
import { observedDatabases, observedOf, type ReadModel, type ServiceState } from './read-model.ts';

export interface Snapshot {
  /** The answer as it is now, at most a second old; `text` is its compact JSON, made once. */
  current(now: number): { health: HealthResponse; text: string };
  /** Something changed: the next question is answered anew. */
  expire(): void;
}

/** What /api/health, the live connection and the Prometheus page are answered from: memory alone, so that nothing can hang it. */
export function createSnapshot(model: ReadModel, kit: () => KitView): Snapshot {
  let made: { health: HealthResponse; text: string; at: number } | null = null;
  return {
    current: (now) => {
      if (made && now >= made.at && now - made.at < SECOND) return made;
      const health = healthOf(model, kit(), now);
      made = { health, text: JSON.stringify(health), at: now };
      return made;
    },
    expire: () => {
      made = null;
    },
  };
}

const shownStatus = (state: ServiceState): OverallStatus => state.settled?.status ?? 'degraded';

/** What an app that fell silent said last is not what it says now. */
function errorRateOf({ settings, report, hour }: ServiceState, now: number): number | null {
  const [fresh] = partFreshness({ settings, report }, 'llm', now);
  return fresh.configured && !fresh.stale ? newestErrorRate(hour, now) : null;
}

/** The whole answer. `status` is written first: scripts take the first "status" of the text (H1). */
function healthOf(model: ReadModel, kit: KitView, now: number): HealthResponse {
  const state = model.primaryState;
  const rolled = rollUp(observedOf(model, state, now), kit.state, now);
  if (rolled.findings.length > 0) state.since = sinceOf(state.since, rolled.findings, now);
  const status = shownStatus(state);
  const waiting = status !== 'healthy' && rolled.findings.length === 0;
  return {
    status,
    timestamp: isoTime(now),
    uptime_seconds: rolled.uptimeSeconds,
    checks: rolled.checks,
    reasons: reasonsOf(waiting ? state.lastFindings : rolled.findings, state.since, now),
    services: [...model.services.values()].map((one) => ({
      name: one.settings.name,
      status: shownStatus(one),
      display_name: one.settings.displayName,
      error_rate: errorRateOf(one, now),
    })),
    databases: observedDatabases(model).map((database) => databaseSummary(database, now)),
    probes: [...model.services.values()].flatMap(({ probes }) => probeSummaries(probes, now)),
  };
}
