import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { FactOf } from '@yoban/shared/contracts/fact';
import { alertEvents } from '../core/monitoring-event.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import type { Change, FactContext } from './change.ts';
import { alertTime, keepRecord, type ReadModel } from './read-model.ts';
import { alertRow } from './remember.ts';

/** Takes the newest record of an alert; one that is older than what is known changes nothing. */
export function takeAlert({ model, store, monitoring, config }: FactContext, fact: FactOf<'alert'>): Change {
  const { id, alert } = fact;
  const known = model.alerts.get(alert.id);
  const version = versionOf(id);
  if (known && isOlder(known, model.alertVersions.get(alert.id) ?? 0, alert, version)) return { kind: 'nothing' };
  monitoring.tell(alertEvents(known ?? null, fact, config.kit.config.locale));
  store.write((db) => db.records.put('alert', alertRow(alert, version)));
  const gone = keepRecord(model.alerts, alert.id, alert, alertTime);
  model.alertVersions.set(alert.id, version);
  if (gone !== null) model.alertVersions.delete(gone);
  return { kind: 'alert', ids: [alert.id, ...endEarlier(model, store, alert)] };
}

/**
 * An alert has one incident at a time, so a newer one proves the earlier ones over. The alerter says so itself, unless it lost
 * its Redis with the incident open: nobody would ever end that one. Its own word, should it still come, has a higher version.
 */
function endEarlier(model: ReadModel, store: StoreGuard, newest: AlertRecord): string[] {
  if (newest.state === 'info') return [];
  const earlier = [...model.alerts.values()].filter(
    (one) =>
      (one.state === 'open' || one.state === 'acked') &&
      one.service === newest.service &&
      one.alertType === newest.alertType &&
      one.raisedAt < newest.raisedAt,
  );
  for (const one of earlier) {
    const over: AlertRecord = { ...one, state: 'resolved', resolvedAt: newest.raisedAt };
    model.alerts.set(one.id, over);
    store.write((db) => db.records.put('alert', alertRow(over, model.alertVersions.get(one.id) ?? 0)));
  }
  return earlier.map((one) => one.id);
}

/** Facts about alerts are named `<alert id>-v<n>`, where n counts the alert's changes; 0 = not said. */
const versionOf = (factId: string): number => Number(/-v(\d+)$/.exec(factId)?.[1] ?? 0);

/**
 * Two alerters may deliver the changes of one alert in the wrong order. Records from before ids held their time of opening
 * could share an id; of those the one raised later is the newer.
 */
function isOlder(known: AlertRecord, knownVersion: number, next: AlertRecord, version: number): boolean {
  if (next.raisedAt !== known.raisedAt) return next.raisedAt < known.raisedAt;
  return version < knownVersion;
}
