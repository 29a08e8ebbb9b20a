import { z } from 'zod';

const EpochMs = z.number();

/** What a job said of itself at /ping/<token>. */
export type Ping =
  | { kind: 'success' }
  | { kind: 'start' }
  | { kind: 'fail'; exitCode: number | null }
  /** Words without a verdict. */
  | { kind: 'log' };

/** What is known of one job by its own words: one file a token, written by health-api alone, read by the watchdog. */
export const PingRecord = z.object({
  /** Since when somebody listens for it. */
  since: EpochMs,
  lastPingAt: EpochMs.nullable(),
  lastGoodAt: EpochMs.nullable(),
  /** Begin of the run that goes on; null between runs, and for jobs that never say so. */
  startedAt: EpochMs.nullable(),
  /** How long the last run took that said its begin. */
  durationMs: z.number().nullable(),
  /** Its last end was this failure. */
  failed: z.object({ at: EpochMs, exitCode: z.number().nullable() }).nullable(),
  /** Last line of what it sent along, redacted. */
  note: z.string().nullable(),
});
export type PingRecord = z.infer<typeof PingRecord>;

/** Times at which nobody listened, oldest first: a ping of then is lost, and its silence proves nothing. */
export const PingGaps = z.object({ gaps: z.array(z.object({ from: EpochMs, to: EpochMs })) });
export type PingGaps = z.infer<typeof PingGaps>;
