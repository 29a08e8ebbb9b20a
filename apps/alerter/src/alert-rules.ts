import type { YobanConfig } from '@yoban/shared/config/kit-config';
import { MINUTE } from '@yoban/shared/contracts/time';
import { alertPattern, builtInInhibit, type InhibitRule } from './core/inhibit.ts';
import { type AlertRules, type Level, type Policy, windowsOf } from './core/rules.ts';

export interface RoutableChannels {
  /** Channels that can be used: the others fall out of every route. */
  usable: readonly string[];
  /** Those of them that get no summaries. */
  withoutSummaries: readonly string[];
  /** Those of them whose receivers keep alerts of their own. */
  keepingAlerts: readonly string[];
}

type Alerts = YobanConfig['alerts'];
type Routes = Alerts['routes'];

/** The alerts section as the core reads it. A level of an escalation whose channels all fall out is none. */
export function alertRules(
  { alerts, services }: Pick<YobanConfig, 'alerts' | 'services'>,
  channels: RoutableChannels,
): AlertRules {
  const usable = new Set(channels.usable);
  const only = (names: readonly string[]) => names.filter((name) => usable.has(name));
  const routesOf = ({ critical, warning, info }: Routes): Routes => ({
    critical: only(critical),
    warning: only(warning),
    info: only(info),
  });
  const levelsOf = (levels: Alerts['escalation']): Level[] =>
    levels
      .map(({ afterMs, channels: names }) => ({ afterMs, channels: only(names) }))
      .filter((level) => level.channels.length > 0 || level.afterMs === 0);
  const own = Object.entries(services).map(([name, { alerts: set }]): [string, Partial<Policy>] => [
    name,
    {
      ...(set?.deduplicationWindowMs !== undefined && { windowMs: set.deduplicationWindowMs }),
      ...(set?.routes && { routes: routesOf(set.routes) }),
      ...(set?.escalation && { escalation: levelsOf(set.escalation) }),
      ...(set?.rearmOnRecovery !== undefined && { rearmOnRecovery: set.rearmOnRecovery }),
      ...(set?.remindEvery !== undefined && { remindEveryMs: set.remindEvery }),
      ...(set?.ackFor !== undefined && { ackForMs: set.ackFor }),
      // A service with routes of its own is told over these alone, unless it names levels too.
      ...(set?.routes && !set.escalation && alerts.escalation.length > 0 && { escalation: [] }),
    },
  ]);
  return {
    windowMs: alerts.deduplicationWindowMs,
    routes: routesOf(alerts.routes),
    escalation: levelsOf(alerts.escalation),
    rearmOnRecovery: alerts.rearmOnRecovery,
    remindEveryMs: alerts.remindEvery,
    ackForMs: alerts.ackFor,
    services: Object.fromEntries(own),
    mailChannels: channels.withoutSummaries,
    ackChannels: channels.keepingAlerts,
    foldPerMinute: alerts.infosPerMinute,
    inhibit: [...builtInInhibit, ...alerts.inhibit.map(inhibitRule)],
  };
}

const inhibitRule = ({ parent, children, grace }: Alerts['inhibit'][number]): InhibitRule => ({
  parent: alertPattern(parent),
  children: children.map(alertPattern),
  graceMs: grace,
});

/**
 * How far ahead anything is planned, ms: the longest bucket. What is meant for later is looked at then and planned again, so a
 * clock that goes back delays nothing by more.
 */
export const agendaHorizonMs = (rules: AlertRules): number => Math.max(2 * MINUTE, windowsOf(rules).longestMs);
