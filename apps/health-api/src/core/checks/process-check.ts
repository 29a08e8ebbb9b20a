import type { HealthResponse } from '@yoban/shared/contracts/health';
import type { Finding, Judged, Observed } from '../observed.ts';
import { freshnessOf, notConfigured, staleFinding } from '../staleness.ts';

type ProcessShown = HealthResponse['checks']['process'];

/** H2: memory over this share of its limit is a warning. */
const memoryWarnShare = 0.8;
const cpuLimitPercent = 90;

/** The process as the watchdog sees it; without a supervisor, as its own reports tell it. Down or hung is the only error. */
export function processCheck(seen: Observed, now: number): Judged<ProcessShown> {
  const { settings, process: check, report } = seen;
  const byReport = settings.reportEveryMs !== null && settings.parts.includes('process');
  const usesCheck = check !== null || settings.supervised;
  const everyMs = usesCheck ? (check?.everyMs ?? 1_000) : (settings.reportEveryMs ?? 0);
  const observedAt = usesCheck ? (check ? Date.parse(check.observedAt) : null) : (report?.at ?? null);
  const configured = usesCheck || byReport;
  const fresh = configured ? freshnessOf(observedAt, everyMs, now) : notConfigured;
  const numbers = numbersOf(seen);
  const findings = !configured
    ? []
    : fresh.stale
      ? staleFinding('process', fresh, everyMs)
      : [...stateFindings(seen, now), ...loadFindings(seen, numbers)];
  return { shown: { status: statusOf(findings, fresh.stale), ...numbers, ...fresh }, findings };
}

function numbersOf({ settings, process: check, report }: Observed) {
  return {
    memory_mb: check?.memoryMb ?? report?.gauges.processMemoryMb ?? 0,
    cpu_percent: check?.cpuPercent ?? report?.gauges.processCpuPercent ?? 0,
    restart_count: check?.restartCount ?? 0,
    memory_limit_mb: check?.memoryLimitMb ?? settings.memoryLimitMb,
    restarts_left: check?.restartsLeft ?? null,
  };
}

const finding = (code: string, impact: Finding['impact'], value: number | null, limit: number | null): Finding => ({
  code,
  check: 'process',
  impact,
  value,
  limit,
});

function stateFindings({ process: check, liveness }: Observed, now: number): Finding[] {
  if (check?.state === 'down') return [finding('process_down', 'unhealthy', null, null)];
  const findings = check?.state === 'unknown' ? [finding('process_unknown', 'degraded', null, null)] : [];
  if (liveness && liveness.state !== 'up') {
    const fresh = freshnessOf(Date.parse(liveness.observedAt), liveness.everyMs, now);
    // A process that runs but does not answer (stopped, dead-locked) serves nobody: that is down in all but name.
    if (!fresh.stale && liveness.state === 'down') findings.push(finding('not_answering', 'unhealthy', null, null));
  }
  return findings;
}

function loadFindings({ process: check }: Observed, numbers: ReturnType<typeof numbersOf>): Finding[] {
  const findings: Finding[] = [];
  if (check?.state === 'down') return findings;
  if (numbers.memory_mb > memoryWarnShare * numbers.memory_limit_mb)
    findings.push(finding('memory_high', 'degraded', numbers.memory_mb, memoryWarnShare * numbers.memory_limit_mb));
  if (check?.cpuSustained) findings.push(finding('cpu_high', 'degraded', numbers.cpu_percent, cpuLimitPercent));
  return findings;
}

function statusOf(findings: readonly Finding[], stale: boolean): ProcessShown['status'] {
  if (findings.some((one) => one.impact === 'unhealthy')) return 'error';
  return stale || findings.length > 0 ? 'warning' : 'ok';
}

/** Seconds the guarded app has been up (H1); as far as it was last seen when the input is stale, 0 while it is down. */
export function uptimeSeconds(seen: Observed, now: number): number {
  const { process: check, report, settings } = seen;
  const secondsSince = (from: number, to: number) => Math.max(0, Math.floor((to - from) / 1000));
  if (check?.state === 'down' || (check === null && settings.supervised)) return 0;
  if (check?.startedAt) {
    const stale = freshnessOf(Date.parse(check.observedAt), check.everyMs, now).stale;
    return secondsSince(Date.parse(check.startedAt), stale ? Date.parse(check.observedAt) : now);
  }
  // Without a supervisor nobody sees the start; the app has been up at least since it first reported.
  if (!report || settings.reportEveryMs === null) return 0;
  const stale = freshnessOf(report.at, settings.reportEveryMs, now).stale;
  return secondsSince(report.instanceSince, stale ? report.at : now);
}
