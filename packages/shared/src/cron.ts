import { CronExpressionParser } from 'cron-parser';

/** Why a cron text or zone cannot be used; null when both are fine. The parser is the one inside BullMQ, so both agree. */
export function cronProblem(pattern: string, zone: string): string | null {
  if (!isZone(zone)) return `"${zone}" is not an IANA time zone such as Asia/Tokyo`;
  if (pattern.trim().split(/\s+/).length < 5) return 'a cron pattern has five fields: minute hour day month weekday';
  try {
    CronExpressionParser.parse(pattern, { tz: zone, currentDate: new Date(0) }).next();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** True for a zone that the runtime's own database knows. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    // Intl has no other way to ask: it throws a RangeError for a zone it does not know.
    return false;
  }
}

/** The first due time after `afterMs` (exclusive), epoch ms. Throws on a bad pattern: check it with `cronProblem` first. */
export function nextDue(pattern: string, zone: string, afterMs: number): number {
  return CronExpressionParser.parse(pattern, { tz: zone, currentDate: new Date(afterMs) })
    .next()
    .getTime();
}

/** The newest due time at or before `atMs`, epoch ms. */
export function lastDue(pattern: string, zone: string, atMs: number): number {
  // prev() is exclusive: one millisecond later makes a due time equal to `atMs` count.
  return CronExpressionParser.parse(pattern, { tz: zone, currentDate: new Date(atMs + 1) })
    .prev()
    .getTime();
}
