import type { AlertRecord } from '@yoban/shared/contracts/alert';
import {
  patternProblem,
  type SilenceMatcher,
  type SilenceState,
  type SilenceView,
} from '@yoban/shared/contracts/silence';
import { HOUR, isoTime, MINUTE } from '@yoban/shared/contracts/time';
import { zoneDateTime, zoneWallTime } from '@yoban/shared/zone-time';

/** How long a silence lasts; `until` is a moment that is written. */
export const durations = ['15m', '1h', '4h', 'until'] as const;
export type SilenceDuration = (typeof durations)[number];
const durationMs = { '15m': 15 * MINUTE, '1h': HOUR, '4h': 4 * HOUR } as const;

export interface DraftMatcher {
  /** Only to tell the lines of the form apart. */
  key: number;
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
}

/** A silence as it is being written. Moments are what a `datetime-local` field holds, wall time in the configured zone. */
export interface SilenceDraft {
  matchers: DraftMatcher[];
  start: 'now' | 'later';
  startsAt: string;
  duration: SilenceDuration;
  endsAt: string;
  comment: string;
}

export interface NewSilence {
  matchers: SilenceMatcher[];
  startsAt?: string;
  endsAt: string;
  comment: string;
}

export type DraftProblem = 'matchers' | 'pattern' | 'startsAt' | 'endsAt' | 'comment';

/** `2026-03-11T15:30`, as a `datetime-local` field takes it. */
const fieldTime = (epochMs: number, zone: string): string => zoneDateTime(epochMs, zone).slice(0, 16).replace(' ', 'T');
const momentOf = (field: string, zone: string): number | null =>
  field === '' ? null : zoneWallTime(`${field.slice(0, 16).replace('T', ' ')}:00`, zone);

/** An empty form, or one for an alert: its service and its type. */
export function draftOf(search: URLSearchParams, nowMs: number, zone: string): SilenceDraft {
  const given = ['service', 'alertType'].flatMap((name) => {
    const value = search.get(name);
    return value === null ? [] : [{ name, value }];
  });
  const lines = given.length > 0 ? given : [{ name: 'service', value: '' }];
  return {
    matchers: lines.map(({ name, value }, key) => ({ key, name, operator: '=', value })),
    start: 'now',
    startsAt: fieldTime(nowMs + HOUR, zone),
    duration: '1h',
    endsAt: fieldTime(nowMs + 2 * HOUR, zone),
    comment: '',
  };
}

/** The address of the form with an alert's matchers filled in. */
export const silenceHref = ({ service, alertType }: Pick<AlertRecord, 'service' | 'alertType'>): string =>
  `/alerts/silences?${new URLSearchParams({ new: '1', service, alertType })}`;

const matcherOf = ({ name, operator, value }: DraftMatcher): SilenceMatcher => ({
  name: name.trim(),
  value,
  isRegex: operator.endsWith('~'),
  isEqual: operator.startsWith('='),
});

/** What is sent to the server, or what is missing, in the order of the form. */
export function silenceOf(draft: SilenceDraft, nowMs: number, zone: string): NewSilence | { problems: DraftProblem[] } {
  const matchers = draft.matchers.map(matcherOf);
  const startsAt = draft.start === 'now' ? nowMs : momentOf(draft.startsAt, zone);
  const endsAt =
    draft.duration === 'until' ? momentOf(draft.endsAt, zone) : (startsAt ?? nowMs) + durationMs[draft.duration];
  const comment = draft.comment.trim();
  const problems: DraftProblem[] = [];
  if (matchers.length === 0 || matchers.some(({ name, value }) => name === '' || value === ''))
    problems.push('matchers');
  if (matchers.some(({ isRegex, value }) => isRegex && patternProblem(value) !== null)) problems.push('pattern');
  if (startsAt === null || startsAt < nowMs) problems.push('startsAt');
  if (endsAt === null || endsAt <= Math.max(nowMs, startsAt ?? nowMs)) problems.push('endsAt');
  if (comment === '') problems.push('comment');
  if (problems.length > 0 || startsAt === null || endsAt === null) return { problems };
  const silence = { matchers, endsAt: isoTime(endsAt), comment };
  return draft.start === 'now' ? silence : { ...silence, startsAt: isoTime(startsAt) };
}

/** Its state by the clock: the server tells of each change too, but a page that lost its connection must not show a silence that is over. */
export function silenceStateAt({ state, startsAt, endsAt }: SilenceView, nowMs: number): SilenceState {
  if (state === 'expired' || nowMs >= Date.parse(endsAt)) return 'expired';
  return nowMs >= Date.parse(startsAt) ? 'active' : 'pending';
}

const operators = { truetrue: '=~', truefalse: '=', falsetrue: '!~', falsefalse: '!=' } as const;

/** `service="shop"`, as Alertmanager writes it. */
export const matcherText = ({ name, value, isEqual, isRegex }: SilenceMatcher): string =>
  `${name}${operators[`${isEqual}${isRegex}`]}"${value}"`;
