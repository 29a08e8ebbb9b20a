import { createHash } from 'node:crypto';
import { IncidentAction, IncidentPhase } from '@yoban/shared/contracts/incident';
import { IsoTime } from '@yoban/shared/contracts/time';
import { zoneStamp } from '@yoban/shared/zone-time';
import { z } from 'zod';

/** What a probe said at one moment. */
export const ProbeReading = z.strictObject({
  probe: z.string(),
  state: z.enum(['passes', 'fails', 'unknown']),
  detail: z.string(),
});
export type ProbeReading = z.infer<typeof ProbeReading>;

/** One recovery, by itself or by hand (P7). Secrets have been taken out of every text before it comes here. */
export const RecoveryReport = z.strictObject({
  version: z.literal(1),
  /** Of the incident; of an action by hand one of its own. */
  id: z.string(),
  service: z.string(),
  /** `by-hand` where a person acted without one. */
  fault: z.string(),
  trigger: z.strictObject({
    kind: z.enum(['fault', 'kick', 'operator']),
    /** `yoban`, `operator`, or the source of a kick. */
    by: z.string(),
    cause: z.string(),
    lastError: z.string().nullable(),
  }),
  detectedAt: IsoTime,
  endedAt: IsoTime.nullable(),
  /** From detection to the end; null while it goes on. */
  durationMs: z.number().nonnegative().nullable(),
  result: z.enum(['under-way', 'recovered', 'not-recovered']),
  recoveredBy: z.string().nullable(),
  /** Folders relative to YOBAN_HOME. */
  evidence: z.array(z.string()),
  actions: z.array(IncidentAction),
  phases: z.array(IncidentPhase),
  before: z.array(ProbeReading),
  after: z.array(ProbeReading),
});
export type RecoveryReport = z.infer<typeof RecoveryReport>;

/**
 * Base name of a report's two files. It is known from the moment of the detection on, so that the first notice can name it; two
 * recoveries of one second differ by their ids.
 */
export function recoveryReportName(
  { id, detectedAt }: Pick<RecoveryReport, 'id' | 'detectedAt'>,
  zone: string,
): string {
  const tail = createHash('sha256').update(id).digest('hex').slice(0, 6);
  return `recovery-${zoneStamp(Date.parse(detectedAt), zone)}-${tail}`;
}

/** Where people find it, relative to YOBAN_HOME. */
export const recoveryReportPath = (report: Pick<RecoveryReport, 'id' | 'detectedAt'>, zone: string): string =>
  `reports/${recoveryReportName(report, zone)}.md`;
