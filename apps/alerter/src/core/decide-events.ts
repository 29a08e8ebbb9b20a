import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { alertKey } from './alert-key.ts';
import { decideEvent, needsOfEvent } from './decide-event.ts';
import type { DirectTelling } from './direct-telling.ts';
import type { Known, Needs } from './known.ts';
import type { Plan } from './plan.ts';
import type { AlertRules } from './rules.ts';

/** An event, and who heard of it past Redis. */
export interface EventToDecide {
  event: AlertEvent;
  told: readonly DirectTelling[];
}

export interface DecidedEvent<E extends EventToDecide> {
  of: E;
  plan: Plan;
  /** What the plan was made from. */
  needs: Needs;
}

/** What `decideEvents` reads. */
export function needsOfEvents(list: readonly EventToDecide[], rules: AlertRules): Needs {
  const alerts = new Map<string, Needs['alerts'][number]>();
  const services = new Set<string>();
  for (const { event } of list) {
    const needs = needsOfEvent(event, rules);
    for (const ref of needs.alerts) alerts.set(alertKey(ref), ref);
    for (const service of needs.services) services.add(service);
  }
  return { alerts: [...alerts.values()], services: [...services], channels: [] };
}

/**
 * A plan for each event, in their order: each is decided as if those before it had been written already. Whether that came true is
 * checked where they are written, one after the other.
 */
export function decideEvents<E extends EventToDecide>(
  list: readonly E[],
  known: Known,
  rules: AlertRules,
): DecidedEvent<E>[] {
  const alerts = new Map(known.alerts);
  const services = new Map(known.services);
  const soFar: Known = { ...known, alerts, services };
  return list.map((of) => {
    const plan = decideEvent(of.event, soFar, rules, of.told);
    for (const { ref, state } of plan.alerts) alerts.set(alertKey(ref), state);
    for (const { service, state } of plan.services) services.set(service, state);
    return { of, plan, needs: needsOfEvent(of.event, rules) };
  });
}
