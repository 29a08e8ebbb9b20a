import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { FactOf } from '@yoban/shared/contracts/fact';
import { alertEvents } from '../core/monitoring-event.ts';
import type { Change, FactContext } from './change.ts';
import { alertTime, keepRecord, type ReadModel } from './read-model.ts';
import { alertRow } from './remember.ts';

/** Takes the newest record of an alert; one that is older than what is known changes nothing. */
export const takeAlert = (context: FactContext, { id, at, alert }: Omit<FactOf<'alert'>, 'type'>): Change =>
  takeAlerts(context, { at, alerts: [{ id, alert }] });

/**
 * The same for several. They are stored in one transaction: each waits for the disk, and a storm has thousands. When that fails the
 * fact comes again, and what the model has already is stored then.
 */
export function takeAlerts(context: FactContext, { at, alerts }: Pick<FactOf<'alerts'>, 'at' | 'alerts'>): Change {
  const rows = alerts.flatMap(({ id, alert }) => takeOne(context, { type: 'alert', id, at, alert }));
  if (rows.length === 0) return { kind: 'nothing' };
  context.store.write(({ records }) => {
    for (const row of rows) records.put('alert', row);
  });
  return { kind: 'alert', ids: [...new Set(rows.map(({ id }) => id))] };
}

type AlertRow = ReturnType<typeof alertRow>;

/** The rows that are to be stored of it. */
function takeOne({ model, monitoring, config }: FactContext, fact: FactOf<'alert'>): AlertRow[] {
  const { id, alert } = fact;
  const known = model.alerts.get(alert.id);
  const version = versionOf(id);
  if (known && isOlder(known, model.alertVersions.get(alert.id) ?? 0, alert, version)) return [];
  monitoring.tell(alertEvents(known ?? null, fact, config.kit.config.locale));
  const gone = keepRecord(model.alerts, alert.id, alert, alertTime);
  model.alertVersions.set(alert.id, version);
  if (gone !== null) model.alertVersions.delete(gone);
  return [alertRow(alert, version), ...endEarlier(model, alert)];
}

/**
 * An alert has one incident at a time, so a newer one proves the earlier ones over. The alerter says so itself, unless it lost
 * its Redis with the incident open: nobody would ever end that one. Its own word, should it still come, has a higher version.
 */
function endEarlier(model: ReadModel, newest: AlertRecord): AlertRow[] {
  if (newest.state === 'info') return [];
  const earlier = [...model.alerts.values()].filter(
    (one) =>
      (one.state === 'open' || one.state === 'acked') &&
      one.service === newest.service &&
      one.alertType === newest.alertType &&
      one.raisedAt < newest.raisedAt,
  );
  return earlier.map((one) => {
    const over: AlertRecord = { ...one, state: 'resolved', resolvedAt: newest.raisedAt };
    model.alerts.set(one.id, over);
    return alertRow(over, model.alertVersions.get(one.id) ?? 0);
  });
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
