import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Finding, Judged, Observed } from '../observed.ts';
import { staleFinding } from '../staleness.ts';
import { partFreshness } from './part-freshness.ts';

/** H2: a warning when any tip failed in the last hour or more than the limit (50) wait. Processed = those that succeeded. */
export function tipsCheck(seen: Observed, now: number): Judged<HealthResponse['checks']['tips']> {
  const { hour } = seen;
  const [fresh, everyMs] = partFreshness(seen, 'tips', now);
  const queue = seen.report?.gauges.tipQueueDepth ?? 0;
  const limit = seen.settings.tipQueueLimit;
  const findings: Finding[] = fresh.stale ? staleFinding('tips', fresh, everyMs) : [];
  const add = (code: string, value: number, over: number) =>
    findings.push({ code, check: 'tips', impact: 'degraded', value, limit: over });
  if (fresh.configured && !fresh.stale) {
    if (hour.tipsFailed > 0) add('tips_failing', hour.tipsFailed, 0);
    if (queue > limit) add('tip_queue', queue, limit);
  }
  return {
    shown: {
      status: findings.length > 0 ? 'warning' : 'ok',
      processed_last_hour: hour.tipsOk,
      failed_last_hour: hour.tipsFailed,
      queue_depth: queue,
      revenue_last_hour_yen: hour.tipsYen,
      ...fresh,
    },
    findings,
  };
}
