import type { AlertLevel } from '@yoban/shared/contracts/alert';
import type { InhibitRule } from './inhibit.ts';

type Routes = Readonly<Record<AlertLevel, readonly string[]>>;

/** A level of an escalation: who is told when nobody has acknowledged `afterMs` after the first were told. */
export interface Level {
  afterMs: number;
  channels: readonly string[];
}

/** How alerts of one service are handled. Times in ms. */
export interface Policy {
  /** Deduplication window, and length of the buckets of summaries and digests. */
  windowMs: number;
  routes: Routes;
  escalation: readonly Level[];
  /** A CRITICAL that comes back after its recovery is told at once, also inside the window. */
  rearmOnRecovery: boolean;
  /** How often an open CRITICAL is told again; null: only when its source raises it again. */
  remindEveryMs: number | null;
  /** How long an acknowledgement holds. */
  ackForMs: number;
}

/** What decides where and how often: the alerts section of the configuration, with only channels that can be used. */
export interface AlertRules extends Policy {
  /** Overrides per service (A4, A7, A11). */
  services: Readonly<Record<string, Partial<Policy>>>;
  /** Channels that take single alerts but no summaries: a mail is for what must wake somebody. */
  mailChannels: readonly string[];
  /** Channels whose receivers keep alerts of their own, so that they should know of an acknowledgement. */
  ackChannels: readonly string[];
  /** INFO messages of one service that are sent singly each minute, the rest is folded into one (A1); null: all singly. */
  foldPerMinute: number | null;
  inhibit: readonly InhibitRule[];
}

export const policyOf = (rules: AlertRules, service: string): Policy => ({ ...rules, ...rules.services[service] });

/** Levels in order; the first is told with the raise. Without one at 0 s those of the route are. */
export function levelsOf({ escalation, routes }: Policy): readonly [Level, ...Level[]] {
  const [first, ...later] = escalation;
  return first?.afterMs === 0 ? [first, ...later] : [{ afterMs: 0, channels: routes.critical }, ...escalation];
}

/** Channels that a message of this level and service goes to at first. */
export const channelsFor = (rules: AlertRules, service: string, level: AlertLevel): readonly string[] => {
  const policy = policyOf(rules, service);
  return level === 'critical' ? levelsOf(policy)[0].channels : policy.routes[level];
};

/** Channels of "N alerts suppressed": those that told the alerts, without mail. */
export const summaryChannels = (rules: AlertRules, service: string): readonly string[] =>
  channelsFor(rules, service, 'critical').filter((name) => !rules.mailChannels.includes(name));

/** The shortest and the longest window of any service. */
export function windowsOf(rules: AlertRules): { shortestMs: number; longestMs: number } {
  const all = [rules.windowMs, ...Object.values(rules.services).map((one) => one.windowMs ?? rules.windowMs)];
  return { shortestMs: Math.min(...all), longestMs: Math.max(...all) };
}
