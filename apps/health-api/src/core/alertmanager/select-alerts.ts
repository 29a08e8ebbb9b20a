import type { SilenceMatcher } from '@yoban/shared/contracts/silence';
import type { GettableAlert } from './gettable-alerts.ts';
import { matchesAll, matchesWhole } from './label-filter.ts';

/** What a caller of the API wants to see. */
export interface AlertSelection {
  active: boolean;
  silenced: boolean;
  inhibited: boolean;
  matchers: readonly SilenceMatcher[];
  /** Pattern of a receiver's whole name; null: any. */
  receiver: string | null;
}

export function selectAlerts(alerts: readonly GettableAlert[], selection: AlertSelection): GettableAlert[] {
  const { active, silenced, inhibited, matchers, receiver } = selection;
  return alerts.filter(
    ({ labels, status, receivers }) =>
      (active || status.state !== 'active') &&
      (silenced || status.silencedBy.length === 0) &&
      (inhibited || status.inhibitedBy.length === 0) &&
      (receiver === null || receivers.some(({ name }) => matchesWhole(receiver, name))) &&
      matchesAll(matchers, labels),
  );
}

export interface AlertGroup {
  labels: Record<string, string>;
  receiver: { name: string };
  alerts: GettableAlert[];
}

/** An alert that goes to nobody must still be seen. */
const noReceiver = { name: 'none' };

/** Alerts by what they are told as, once for each channel. */
export function alertGroups(alerts: readonly GettableAlert[]): AlertGroup[] {
  const groups = new Map<string, AlertGroup>();
  for (const alert of alerts) {
    const { alertname = '', service, job, instance } = alert.labels;
    const labels = { alertname, service: service ?? job ?? instance ?? '' };
    for (const receiver of alert.receivers.length > 0 ? alert.receivers : [noReceiver]) {
      const key = JSON.stringify([receiver.name, labels]);
      const group: AlertGroup = groups.get(key) ?? { labels, receiver, alerts: [] };
      group.alerts.push(alert);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
