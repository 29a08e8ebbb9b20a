import type { AlertLevel } from '@yoban/shared/contracts/alert';

type Routes = Readonly<Record<AlertLevel, readonly string[]>>;

/** What decides where and how often: the alerts section of the configuration, with only channels that can be used. */
export interface AlertRules {
  windowMs: number;
  routes: Routes;
  /** Overrides per service (A11, A4). */
  services: Readonly<Record<string, { windowMs?: number; routes?: Routes }>>;
  /** Channels that take single alerts but no summaries: a mail is for what must wake somebody. */
  mailChannels: readonly string[];
  /** INFO messages of one service that are sent singly each minute; the rest is folded into one (A1). */
  foldPerMinute: number;
}

/** The deduplication window of a service in ms. */
export const windowMsOf = (rules: AlertRules, service: string): number =>
  rules.services[service]?.windowMs ?? rules.windowMs;

/** Channels that a message of this level and service goes to. */
export const channelsFor = (rules: AlertRules, service: string, level: AlertLevel): readonly string[] =>
  (rules.services[service]?.routes ?? rules.routes)[level];

/** Channels of "N alerts suppressed": those that told the alerts, without mail. */
export const summaryChannels = (rules: AlertRules, service: string): readonly string[] =>
  channelsFor(rules, service, 'critical').filter((name) => !rules.mailChannels.includes(name));
