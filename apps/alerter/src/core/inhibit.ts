import { SECOND } from '@yoban/shared/contracts/time';
import { type AlertRef, alertKey } from './alert-key.ts';

interface Pattern {
  /** null: of any service; for a parent, of the child's own. */
  service: string | null;
  alertType: string;
}

/** While the parent is open its children's raises are held back; `graceMs` after it is over, those still open are told. */
export interface InhibitRule {
  parent: Pattern;
  children: readonly Pattern[];
  graceMs: number;
}

/** `type` or `service/type`. */
export function alertPattern(text: string): Pattern {
  const slash = text.indexOf('/');
  return slash < 0
    ? { service: null, alertType: text }
    : { service: text.slice(0, slash), alertType: text.slice(slash + 1) };
}

/**
 * A dead process explains why it does not answer and why its service is unhealthy. The grace is the time the check from outside
 * needs to see that all is well again (H6: once a minute, with its rechecks).
 */
export const builtInInhibit: readonly InhibitRule[] = [
  {
    parent: alertPattern('process_down'),
    children: [alertPattern('health_unreachable'), alertPattern('service_unhealthy')],
    graceMs: 90 * SECOND,
  },
];

/** Alerts that explain this one while they are open. */
export function parentsOf(rules: readonly InhibitRule[], child: AlertRef): AlertRef[] {
  const parents = rules
    .filter((rule) => rule.children.some((pattern) => matches(pattern, child)))
    .map(({ parent }) => ({ service: parent.service ?? child.service, alertType: parent.alertType }));
  const own = alertKey(child);
  const keys = new Set<string>();
  return parents.filter((parent) => {
    const key = alertKey(parent);
    return key !== own && !keys.has(key) && keys.add(key);
  });
}

/** How long after this alert its children wait; 0 for one that is no parent. */
export function graceMsOf(rules: readonly InhibitRule[], parent: AlertRef): number {
  return Math.max(0, ...rules.filter((rule) => matches(rule.parent, parent)).map((rule) => rule.graceMs));
}

const matches = (pattern: Pattern, ref: AlertRef): boolean =>
  pattern.alertType === ref.alertType && (pattern.service === null || pattern.service === ref.service);
