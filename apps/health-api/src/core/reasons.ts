import type { Reason } from '@yoban/shared/contracts/health';
import { isoTime } from '@yoban/shared/contracts/time';
import type { Finding } from './observed.ts';

/** Since when each finding stands, by `<check>/<code>`, epoch ms. */
export type SinceByFinding = ReadonlyMap<string, number>;

const keyOf = (finding: Finding): string => `${finding.check}/${finding.code}`;

/** Keeps the beginning of what was there before; what is new begins now; what is gone is forgotten. */
export function sinceOf(before: SinceByFinding, findings: readonly Finding[], now: number): SinceByFinding {
  return new Map(findings.map((finding) => [keyOf(finding), before.get(keyOf(finding)) ?? now]));
}

const rounded = (value: number | null): number | null => (value === null ? null : Math.round(value * 10) / 10);

/** The `reasons[]` of the answer, the worst first, then the oldest. */
export function reasonsOf(findings: readonly Finding[], since: SinceByFinding, now: number): Reason[] {
  const reasons = findings.map((finding) => ({
    code: finding.code,
    check: finding.check,
    impact: finding.impact,
    value: rounded(finding.value),
    limit: rounded(finding.limit),
    since: isoTime(since.get(keyOf(finding)) ?? now),
  }));
  const weight = (reason: Reason) => (reason.impact === 'unhealthy' ? 0 : 1);
  return reasons.sort((a, b) => weight(a) - weight(b) || a.since.localeCompare(b.since));
}
