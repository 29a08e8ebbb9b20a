import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { BackupRun, Tier } from '@yoban/shared/contracts/backup';
import { HOUR } from '@yoban/shared/contracts/time';

/** A tier whose newest run failed. One made by hand is nobody's duty to repeat, so any good run of its database ends it. */
export interface FailingTier {
  db: string;
  tier: Tier;
  manual: boolean;
}

export interface Before {
  /** Whom the messages are about. */
  service: string;
  /** The tiers of this service that fail before the run. */
  failing: readonly FailingTier[];
  /** How many times this due time has been tried, this one included. */
  attempt: number;
  now: number;
}

export interface Telling {
  /** The service's failing tiers after this run. */
  failing: FailingTier[];
  events: AlertEvent[];
}

/** Recorded by another process while we were away and told late: the good news is then no longer worth a message. */
const oldNewsMs = HOUR;

/** Once or twice is a restart or a restore; a worker that dies at every backup must not stay silent for ever. */
const quietInterruptions = 2;

/**
 * What an ended run means for people (B6): INFO with size and duration for a good one; CRITICAL with the cause for a failed one,
 * raised when the first tier of a service begins to fail and cleared when the last one works again. A run that gave way to a
 * restore or a stop is neither, the first times.
 */
export function tellRun(run: BackupRun, { service, failing, attempt, now }: Before): Telling {
  const isSame = (one: FailingTier) => one.db === run.db && one.tier === run.tier;
  if (run.state === 'failed') {
    if (run.code === 'BACKUP_INTERRUPTED' && attempt <= quietInterruptions)
      return { failing: [...failing], events: [] };
    const entry = { db: run.db, tier: run.tier, manual: isManual(run) };
    const events = failing.length === 0 ? [raiseOf(run, service)] : [];
    return { failing: [...failing.filter((one) => !isSame(one)), entry], events };
  }
  const left = failing.filter((one) => !isSame(one) && !(one.manual && one.db === run.db));
  const cleared = failing.length > 0 && left.length === 0 ? [clearOf(run, service)] : [];
  const isNews = now - Date.parse(run.endedAt) <= oldNewsMs;
  return { failing: left, events: [...cleared, ...(isNews ? [okOf(run, service)] : [])] };
}

const isManual = (run: BackupRun): boolean => run.trigger === 'manual' || run.trigger === 'direct';

type Of<S extends BackupRun['state']> = Extract<BackupRun, { state: S }>;

const common = (run: BackupRun, service: string) => ({ service, at: run.endedAt, lastError: null, incidentId: null });

const raiseOf = (run: Of<'failed'>, service: string): AlertEvent => ({
  ...common(run, service),
  id: `${run.id}-failed`,
  kind: 'raise',
  level: 'critical',
  alertType: 'backup_failed',
  params: { db: run.db, tier: run.tier, detail: run.message, hint: run.hint, code: run.code },
});

const clearOf = (run: Of<'ok'>, service: string): AlertEvent => ({
  ...common(run, service),
  id: `${run.id}-recovered`,
  kind: 'clear',
  level: 'critical',
  alertType: 'backup_failed',
  params: { db: run.db, tier: run.tier },
});

const okOf = (run: Of<'ok'>, service: string): AlertEvent => ({
  ...common(run, service),
  id: `${run.id}-ok`,
  kind: 'info',
  level: 'info',
  alertType: 'backup_ok',
  params: {
    db: run.db,
    tier: run.tier,
    sizeMb: run.file.sizeBytes / 1_000_000,
    seconds: run.file.durationMs / 1_000,
  },
});
