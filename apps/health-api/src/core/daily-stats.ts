import type { AlertEvent, AlertParams, AlertRecord } from '@yoban/shared/contracts/alert';
import type { BackupFile } from '@yoban/shared/contracts/backup';
import { DAY, HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { zoneDateTime, zoneMidnight } from '@yoban/shared/zone-time';
import { type CallSum, callCount, errorCount } from './minute-calls.ts';

/** When the report of a day is made: `HH:MM` in a zone. */
export interface DailyPlan {
  at: string;
  zone: string;
}

/** One report: of the time from the last one that was due to this one, epoch ms. `day` is its date in the zone. */
export interface DailyReport {
  day: string;
  fromMs: number;
  toMs: number;
}

export type DailyDecision =
  | { do: 'send'; report: DailyReport }
  /** Not sent, and not to be sent later. */
  | { do: 'pass'; day: string; reason: 'first_start' | 'too_late' }
  | { do: 'wait' };

/** A report of yesterday's morning helps nobody in the evening; whoever was away gets that of the next day. */
const lateMaxMs = 12 * HOUR;

/**
 * A10: one report a day, whatever the zone's clock does (an hour that comes twice is one date), never several for days on
 * which nobody ran. `lastDay` is the last one that was sent or passed over; null on the first start, which has no day behind it.
 */
export function decideDaily(plan: DailyPlan, lastDay: string | null, now: number): DailyDecision {
  const toMs = dueBefore(plan, now);
  const day = dateOf(toMs, plan.zone);
  if (lastDay !== null && day <= lastDay) return { do: 'wait' };
  if (lastDay === null) return { do: 'pass', day, reason: 'first_start' };
  if (now - toMs > lateMaxMs) return { do: 'pass', day, reason: 'too_late' };
  return { do: 'send', report: { day, fromMs: dueOn(plan, yesterday(toMs, plan.zone)), toMs } };
}

/** The newest due time at or before `now`. */
function dueBefore(plan: DailyPlan, now: number): number {
  const today = dueOn(plan, now);
  return today <= now ? today : dueOn(plan, yesterday(now, plan.zone));
}

/** An instant of the day before that of `at`. */
const yesterday = (at: number, zone: string): number => zoneMidnight(at, zone) - 1;

const dateOf = (at: number, zone: string): string => zoneDateTime(at, zone).slice(0, 10);

/** Changes of a clock are an hour, in one zone half an hour. */
const shiftsMs = [-HOUR, -HOUR / 2, 0, HOUR / 2, HOUR];

/** The time of day on the date of `at`: the first of two, and a little later where the clock skips it. */
function dueOn({ at: time, zone }: DailyPlan, at: number): number {
  const midnight = zoneMidnight(at, zone);
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const usual = midnight + hour * HOUR + minute * MINUTE;
  const wanted = `${dateOf(midnight, zone)} ${time}:00`;
  const isDue = (one: number) => zoneDateTime(one, zone) >= wanted && dateOf(one, zone) === wanted.slice(0, 10);
  return shiftsMs.map((shift) => usual + shift).find(isDue) ?? usual;
}

/** What is known of the day. Null = not configured, or nothing was recorded. */
export interface DayNumbers {
  /** Share of the looks at which the service was not unhealthy. */
  upPercent: number | null;
  /** How long the guarded process has run by now. */
  uptimeS: number;
  incidents: number;
  llm: CallSum | null;
  tips: CallSum | null;
  gameDay: number | null;
  backups: { made: number; verified: number } | null;
  alerts: { sent: number; suppressed: number };
}

/** The INFO of a day. Its id is made of what it tells, so that a repeat, by whomever, is the same event. */
export function dailyEvent(service: string, { day, fromMs, toMs }: DailyReport, numbers: DayNumbers): AlertEvent {
  return {
    id: `daily-${service}-${day}`,
    kind: 'info',
    level: 'info',
    service,
    alertType: 'daily_stats',
    at: isoTime(toMs),
    params: { hours: Math.round((toMs - fromMs) / HOUR), ...paramsOf(numbers) },
    lastError: null,
    incidentId: null,
  };
}

function paramsOf({ upPercent, uptimeS, incidents, llm, tips, gameDay, backups, alerts }: DayNumbers): AlertParams {
  return {
    // Rounded down: 100 % is said only of a day without a single bad look.
    upPercent: upPercent === null ? null : Math.floor(upPercent * 100) / 100,
    uptimeS,
    incidents,
    ...(tips && { tips: tips.ok, tipsFailed: tips.failed, revenueYen: Math.round(tips.sumYen) }),
    ...(llm && { llmCalls: callCount(llm), llmErrors: errorCount(llm) }),
    ...(gameDay !== null && { gameDay }),
    ...(backups && { backupsMade: backups.made, backupsVerified: backups.verified }),
    alertsSent: alerts.sent,
    alertsSuppressed: alerts.suppressed,
  };
}

type Period = Pick<DailyReport, 'fromMs' | 'toMs'>;
const isIn = ({ fromMs, toMs }: Period, at: string): boolean => fromMs <= Date.parse(at) && Date.parse(at) < toMs;

/** Messages that reached somebody in this time, each once (a digest is on the record of every alert it lists), and repeats held back. */
export function alertsOf(records: Iterable<AlertRecord>, service: string, period: Period): DayNumbers['alerts'] {
  const sent = new Set<string>();
  let suppressed = 0;
  for (const record of records) {
    if (record.service !== service) continue;
    for (const notice of record.notices) if (notice.state === 'sent' && isIn(period, notice.at)) sent.add(notice.id);
    if (isIn(period, record.raisedAt)) suppressed += record.suppressed;
  }
  return { sent: sent.size, suppressed };
}

/** Backups taken in this time. A file counts as verified once it has been: a copy that fails has no name (B3). */
export function backupsOf(files: Iterable<BackupFile>, period: Period): DayNumbers['backups'] {
  const made = [...files].filter((file) => isIn(period, file.takenAt));
  return {
    made: made.length,
    verified: made.filter((file) => Date.parse(file.verifiedAt) <= period.toMs + DAY).length,
  };
}

/** Faults that were detected in this time. */
export const incidentsOf = (
  incidents: Iterable<{ service: string; detectedAt: string }>,
  service: string,
  period: Period,
): number => [...incidents].filter((one) => one.service === service && isIn(period, one.detectedAt)).length;
