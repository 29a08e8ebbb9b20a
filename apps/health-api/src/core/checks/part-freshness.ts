import type { Observed, ReportPart } from '../observed.ts';
import { type Freshness, freshnessOf, notConfigured } from '../staleness.ts';

/** Freshness of a part that only the app's own reports tell, and the interval they are due in. */
export function partFreshness(
  seen: Pick<Observed, 'settings' | 'report'>,
  part: ReportPart,
  now: number,
): [fresh: Freshness, everyMs: number] {
  const everyMs = seen.settings.reportEveryMs;
  if (everyMs === null || !seen.settings.parts.includes(part)) return [notConfigured, 0];
  return [freshnessOf(seen.report?.at ?? null, everyMs, now), everyMs];
}
