import type { Tier } from '@yoban/shared/contracts/backup';
import { MINUTE, SECOND } from '@yoban/shared/contracts/time';
import { lastDue, nextDue } from '@yoban/shared/cron';

/** Tiers that fall due together run in this order (B1). */
export const tierOrder: readonly Tier[] = ['hourly', 'daily', 'weekly'];

/** A failed run is tried again this long after its end: soon enough to help, too slow to storm a full disk. */
const retryAfterMs = 5 * MINUTE;
/** A run that gave way to a restore or a stop did not fail; it only waits until the other is through. */
const retryInterruptedAfterMs = 30 * SECOND;

/** One tier of one database and when it is due. */
export interface Schedule {
  db: string;
  tier: Tier;
  cron: string;
  zone: string;
  /** Epoch ms since when this schedule is kept: what fell due before it was never promised. */
  sinceMs: number;
}

/** The newest run of a tier that stood for a due time. */
export interface KnownRun {
  db: string;
  tier: Tier;
  dueAtMs: number;
  endedAtMs: number;
  state: 'ok' | 'failed' | 'interrupted';
}

export interface DueRun {
  db: string;
  tier: Tier;
  dueAtMs: number;
  trigger: 'schedule' | 'catch-up';
}

export type TierDecision =
  | { due: true; run: DueRun }
  | { due: false; reason: 'not-yet' | 'done' | 'backing-off'; untilMs: number };

export interface Moment {
  now: number;
  /** Since when this process has looked at the clock without a gap; a due time before it is caught up, not scheduled. */
  awakeSinceMs: number;
}

/**
 * Whether a tier is due at `now`. However many due times passed unseen, only the newest is run: one catch-up per tier (B9).
 * A run that stands for a later time than `now` says nothing: a clock that was wrong once must not stop backups for years, and
 * one that went back an hour still finds the run of its own due time.
 */
export function decideTier(schedule: Schedule, newest: KnownRun | null, { now, awakeSinceMs }: Moment): TierDecision {
  const { db, tier, cron, zone } = schedule;
  const dueAtMs = lastDue(cron, zone, now);
  const untilMs = nextDue(cron, zone, now);
  if (dueAtMs < schedule.sinceMs) return { due: false, reason: 'not-yet', untilMs };
  if (newest && newest.dueAtMs >= dueAtMs && newest.dueAtMs <= now) {
    if (newest.state === 'ok' || newest.dueAtMs > dueAtMs) return { due: false, reason: 'done', untilMs };
    const againMs = newest.endedAtMs + (newest.state === 'failed' ? retryAfterMs : retryInterruptedAfterMs);
    if (now < againMs) return { due: false, reason: 'backing-off', untilMs: Math.min(againMs, untilMs) };
  }
  return { due: true, run: { db, tier, dueAtMs, trigger: dueAtMs < awakeSinceMs ? 'catch-up' : 'schedule' } };
}

/** All runs due at `now`, hourly before daily before weekly within a database (B1, B9, B11). */
export function dueRuns(schedules: readonly Schedule[], known: readonly KnownRun[], moment: Moment): DueRun[] {
  return schedules
    .flatMap((schedule) => {
      const newest = known.find((run) => run.db === schedule.db && run.tier === schedule.tier) ?? null;
      const decision = decideTier(schedule, newest, moment);
      return decision.due ? [decision.run] : [];
    })
    .sort((a, b) => tierOrder.indexOf(a.tier) - tierOrder.indexOf(b.tier));
}

/** The next due time of a database's tiers; of several at the same moment the one that runs first. */
export function nextRun(schedules: readonly Schedule[], now: number): { atMs: number; tier: Tier } | null {
  const times = schedules.map(({ tier, cron, zone }) => ({ atMs: nextDue(cron, zone, now), tier }));
  times.sort((a, b) => a.atMs - b.atMs || tierOrder.indexOf(a.tier) - tierOrder.indexOf(b.tier));
  return times[0] ?? null;
}
