import type { AlertRecord } from '@yoban/shared/contracts/alert';

/** The words of the log files; an `error` is a failure of the kit's own, such as a message that was given up. */
export type Severity = 'info' | 'warning' | 'error' | 'critical';

/** Something that happened to an alert, told once however often its record is. */
export interface AlertTransition {
  /** Names it for good: made of the record and of what happened. */
  id: string;
  what: 'raised' | 'info' | 'upgraded' | 'acked' | 'unacked' | 'recovered' | 'notice_dead';
  severity: Severity;
  /** ISO time at which it happened. */
  at: string;
  /** The channel of a message that was given up, who acknowledged; null where there is nothing to add. */
  detail: string | null;
}

/**
 * What lies between two records of one alert, in the order it happened. A record may skip states that came between: an alert
 * first heard of when it is over was raised too. `at` is when the newer record was told.
 */
export function alertTransitions(before: AlertRecord | null, after: AlertRecord, at: string): AlertTransition[] {
  const one = (
    what: AlertTransition['what'],
    time: string,
    severity: Severity,
    detail: string | null = null,
  ): AlertTransition => {
    // A record is raised and over once; the rest can happen to it again.
    const again = what === 'raised' || what === 'recovered' || what === 'info' ? '' : ` ${time}`;
    const about = what === 'notice_dead' ? ` ${detail}` : '';
    return { id: `${after.id} ${what}${again}${about}`, what, severity, at: time, detail };
  };
  if (after.state === 'info') return before ? [] : [one('info', after.raisedAt, 'info'), ...deadNotices()];
  const level = after.level === 'critical' ? 'critical' : 'warning';
  const list: AlertTransition[] = [];
  if (before === null) list.push(one('raised', after.raisedAt, level));
  else if (before.level !== after.level && level === 'critical') list.push(one('upgraded', at, level));
  if (after.ackedAt !== null && after.ackedAt !== before?.ackedAt)
    list.push(one('acked', after.ackedAt, 'info', after.ackedBy));
  if (before?.state === 'acked' && after.state === 'open') list.push(one('unacked', at, level));
  if (after.resolvedAt !== null && after.resolvedAt !== before?.resolvedAt)
    list.push(one('recovered', after.resolvedAt, 'info'));
  return [...list, ...deadNotices()];

  function deadNotices(): AlertTransition[] {
    const known = new Set(before?.notices.filter((notice) => notice.state === 'dead').map((notice) => notice.id));
    return after.notices
      .filter((notice) => notice.state === 'dead' && !known.has(notice.id))
      .map((notice) => one('notice_dead', notice.at, 'error', `${notice.channel}: ${notice.lastError ?? 'given up'}`));
  }
}
