import type { HealthResponse } from '@yoban/shared/contracts/health';
import { MINUTE } from '@yoban/shared/contracts/time';
import type { Finding, Judged, Observed } from '../observed.ts';
import { freshnessOf, staleFinding } from '../staleness.ts';

const diskLimitPercent = 10;
/** The watchdog looks at the host in any configuration, so its silence is staleness, never "not configured". */
const unheardEveryMs = MINUTE;

/** H2: less than 10 % of the disk free is a warning. */
export function systemCheck({ system }: Observed, now: number): Judged<HealthResponse['checks']['system']> {
  const everyMs = system?.everyMs ?? unheardEveryMs;
  const fresh = freshnessOf(system ? Date.parse(system.observedAt) : null, everyMs, now);
  const findings: Finding[] = fresh.stale ? staleFinding('system', fresh, everyMs) : [];
  const freePercent = diskFreePercent(system?.diskFreeGb ?? null, system?.diskTotalGb ?? null);
  if (!fresh.stale && freePercent !== null && freePercent < diskLimitPercent)
    findings.push({
      code: 'disk_low',
      check: 'system',
      impact: 'degraded',
      value: freePercent,
      limit: diskLimitPercent,
    });
  return {
    shown: {
      status: findings.length > 0 ? 'warning' : 'ok',
      disk_free_gb: system?.diskFreeGb ?? null,
      disk_total_gb: system?.diskTotalGb ?? null,
      log_mb: system?.logMb ?? null,
      net_latency_ms: system?.netLatencyMs ?? null,
      host_cpu_percent: system?.hostCpuPercent ?? null,
      load_1m: system?.load1m ?? null,
      host_memory_percent: system?.hostMemoryPercent ?? null,
      ...fresh,
    },
    findings,
  };
}

/** Share of the disk that is free, one decimal; null when the size is not known. */
export function diskFreePercent(freeGb: number | null, totalGb: number | null): number | null {
  if (freeGb === null || totalGb === null || totalGb <= 0) return null;
  return Math.round((freeGb / totalGb) * 1000) / 10;
}
