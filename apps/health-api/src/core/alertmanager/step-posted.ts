import type { AlertEvent } from '@yoban/shared/contracts/alert';
import type { PostedAlert } from './posted-alert.ts';
import { groupName, postedEvent } from './posted-event.ts';

/** A posted alert that fires, as it is remembered. Times are epoch ms. */
export interface OutsideAlert extends PostedAlert {
  updatedAt: number;
}

/**
 * All that is posted under one service and alert type: to the alerter it is one alert, since these two name an alert. It is over
 * when none of its members fires any more.
 */
export interface OutsideGroup {
  /** What was posted as firing, in the order of their first posts. Some may have run out since. */
  members: OutsideAlert[];
  /** The worst of this incident so far, which it keeps until it is over. */
  level: 'critical' | 'warning';
  /** The time of the last raise that the alerter was told. */
  raisedAt: number;
  /** The time of the last raise or clear. */
  lastAt: number;
}

export const noGroup: OutsideGroup = { members: [], level: 'warning', raisedAt: 0, lastAt: 0 };

/** INFOs have no state, so they stand apart from the alerts of their name. */
export const groupKey = ({ service, alertType, level }: PostedAlert): string =>
  JSON.stringify([service, alertType, level === 'info' ? 'info' : 'alert']);

export const fires = (alert: PostedAlert, now: number): boolean => alert.endsAt > now;

export interface PostedStep {
  /** What the alerter is told. */
  events: AlertEvent[];
  group: OutsideGroup;
}

/** Takes what was posted for one group, in the order it was posted. `now` is epoch ms. */
export function stepPosted(before: OutsideGroup, posted: readonly PostedAlert[], now: number): PostedStep {
  return posted[0]?.level === 'info' ? stepInfos(before, posted, now) : stepAlerts(before, posted, now);
}

/** Each start of an INFO is told once (T12); its end has no message. */
function stepInfos(before: OutsideGroup, posted: readonly PostedAlert[], now: number): PostedStep {
  const members = membersOf(before, now);
  const events: AlertEvent[] = [];
  for (const alert of posted) {
    const known = members.get(alert.fingerprint);
    remember(members, alert, now);
    if (known || !fires(alert, now)) continue;
    const what = `${alert.fingerprint}-${alert.startsAt}`;
    events.push(
      postedEvent(alert, { kind: 'info', level: 'info', what, at: Math.min(alert.startsAt, now), endsAt: null }),
    );
  }
  return { events, group: { ...before, members: [...members.values()] } };
}

function stepAlerts(before: OutsideGroup, posted: readonly PostedAlert[], now: number): PostedStep {
  const members = membersOf(before, now);
  const incident = { ...(members.size > 0 ? before : ranOut(before)) };
  const events: AlertEvent[] = [];
  let endedAt: number | null = null;
  for (const alert of posted) {
    const known = members.has(alert.fingerprint);
    remember(members, alert, now);
    if (!fires(alert, now)) endedAt = Math.max(endedAt ?? 0, alert.endsAt);
    else if (!known) events.push(...raise(incident, alert, now));
  }
  const group: OutsideGroup = { ...incident, members: [...members.values()] };
  if (members.size > 0) return { events: withEnd(events, group), group };
  const [first] = posted;
  if (endedAt === null || first === undefined) return { events, group };
  // No earlier than the last raise: dated before it, a clear would be of an incident that was over already.
  const at = Math.max(endedAt, group.lastAt);
  const over = { kind: 'clear', level: group.level, what: `${groupName(first)}-${at}-over`, at, endsAt: null } as const;
  return { events: [...events, postedEvent(first, over)], group: { ...group, lastAt: at } };
}

const membersOf = ({ members }: OutsideGroup, now: number): Map<string, OutsideAlert> =>
  new Map(members.filter((one) => fires(one, now)).map((one) => [one.fingerprint, one]));

/** The newest post counts, but an alert that still fires began when it was first said to. */
function remember(members: Map<string, OutsideAlert>, alert: PostedAlert, now: number): void {
  const known = members.get(alert.fingerprint);
  if (!fires(alert, now)) members.delete(alert.fingerprint);
  else {
    const startsAt = Math.min(known?.startsAt ?? alert.startsAt, alert.startsAt);
    members.set(alert.fingerprint, { ...alert, startsAt, updatedAt: now });
  }
}

/** Nobody sent its members again in time, and the alerter took the last of their ends for the end of it (T15). */
const ranOut = ({ members, raisedAt, lastAt }: OutsideGroup): OutsideGroup => ({
  ...noGroup,
  raisedAt,
  lastAt: Math.max(lastAt, ...members.map((one) => one.endsAt)),
});

/**
 * Dated later than all before it: the alerter takes a raise of the same time for a repeat, and an older one for late news. The
 * same start of the same alert is the same raise, however often it is posted (T0). A WARNING beside a CRITICAL says nothing new.
 */
function raise(incident: OutsideGroup, alert: PostedAlert, now: number): AlertEvent[] {
  if (alert.level === 'warning' && incident.level === 'critical') return [];
  const earliest = incident.lastAt + 1;
  const at = Math.max(Math.min(alert.startsAt, now), earliest);
  const level = alert.level === 'critical' ? 'critical' : 'warning';
  Object.assign(incident, { level, raisedAt: at, lastAt: at });
  const what = `${alert.fingerprint}-${Math.max(alert.startsAt, earliest)}`;
  return [postedEvent(alert, { kind: 'raise', level, what, at, endsAt: alert.endsAt })];
}

/**
 * Moves the end of the alert to that of its longest member. A raise dated as the last one is to the alerter the same raise
 * again: it moves the end and the words, and neither counts nor sends (T15). The newest raise of this post carries it itself.
 */
function withEnd(events: AlertEvent[], { members, level, raisedAt }: OutsideGroup): AlertEvent[] {
  const endsAt = Math.max(...members.map((one) => one.endsAt));
  const newest = members.at(-1);
  if (newest === undefined) return events;
  const what = `${groupName(newest)}-${raisedAt}-${endsAt}-${newest.fingerprint}`;
  const refresh = postedEvent(newest, { kind: 'raise', level, what, at: raisedAt, endsAt });
  const carrier = events.at(-1);
  if (carrier === undefined) return [refresh];
  return [...events.slice(0, -1), { ...carrier, endsAt: refresh.endsAt ?? null }];
}
