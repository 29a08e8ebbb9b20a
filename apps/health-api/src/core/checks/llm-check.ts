import type { HealthResponse } from '@yoban/shared/contracts/health';
import { isoTime, MINUTE } from '@yoban/shared/contracts/time';
import type { Finding, Judged, Observed } from '../observed.ts';
import { staleFinding } from '../staleness.ts';
import { partFreshness } from './part-freshness.ts';

type LlmShown = HealthResponse['checks']['llm'];

const errorLimitPercent = 10;
const noSuccessMs = 5 * MINUTE;

/** H2: down = no success for 5 min (or since the app started, when it has none yet); degraded = over 10 % errors, or fallback. */
export function llmCheck(seen: Observed, now: number): Judged<LlmShown> {
  const { hour, report } = seen;
  const [fresh, everyMs] = partFreshness(seen, 'llm', now);
  const lastOkAt = seen.llmLastOkAt;
  const fallback = report?.gauges.llmFallbackActive ?? false;
  const findings =
    !fresh.configured || fresh.stale ? staleFinding('llm', fresh, everyMs) : callFindings(seen, fallback, now);
  const down = fresh.stale || findings.some((one) => one.code === 'llm_down');
  return {
    shown: {
      status: down ? 'down' : findings.length > 0 ? 'degraded' : 'ok',
      avg_response_ms: hour.llmAvgMs,
      error_rate_percent: hour.llmErrorPercent,
      last_success: lastOkAt === null ? '' : isoTime(lastOkAt),
      fallback_active: fallback,
      p95_ms_last_hour: hour.llmP95Ms,
      timeouts_last_hour: hour.llmTimeouts,
      fallbacks_last_hour: hour.llmFallbacks,
      ...fresh,
    },
    findings,
  };
}

function callFindings({ hour, llmLastOkAt, report }: Observed, fallback: boolean, now: number): Finding[] {
  const findings: Finding[] = [];
  const add = (code: string, value: number, limit: number | null) =>
    findings.push({ code, check: 'llm', impact: 'degraded', value, limit });
  const silentMs = now - Math.max(llmLastOkAt ?? 0, llmLastOkAt === null ? (report?.instanceSince ?? now) : 0);
  if (silentMs > noSuccessMs) add('llm_down', Math.round(silentMs / 1000), noSuccessMs / 1000);
  if (hour.llmErrorPercent > errorLimitPercent) add('llm_error_rate', hour.llmErrorPercent, errorLimitPercent);
  if (fallback) add('llm_fallback', 1, null);
  return findings;
}
