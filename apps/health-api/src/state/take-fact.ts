import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { CheckResult } from '@yoban/shared/contracts/check';
import type { Fact, FactOf } from '@yoban/shared/contracts/fact';
import type { StoreGuard } from '../store/store-guard.ts';
import { alertTime, incidentTime, keepRecord, type ReadModel } from './read-model.ts';
import { alertRow, incidentRow } from './remember.ts';

/** What a fact changed, for those who show it live. */
export type Change =
  | { kind: 'checks' }
  | { kind: 'alert'; ids: string[] }
  | { kind: 'incident'; id: string }
  | { kind: 'backups'; db: string }
  | { kind: 'nothing' };

/**
 * Takes one fact into the read model. Facts that are told once (alerts, incidents, backups) are stored before this returns, and
 * so before the bus forgets them; checks come again in seconds and are stored by the tick.
 */
export function takeFact(model: ReadModel, store: StoreGuard, fact: Fact): Change {
  switch (fact.type) {
    case 'checks':
      for (const result of fact.results) takeCheck(model, result);
      return { kind: 'checks' };
    case 'alert':
      return takeAlert(model, store, fact);
    case 'incident': {
      const { incident } = fact;
      store.write((db) => db.records.put('incident', incidentRow(incident)));
      keepRecord(model.incidents, incident.id, incident, incidentTime);
      return { kind: 'incident', id: incident.id };
    }
    case 'backup-overview': {
      const at = Date.parse(fact.at);
      const { overview } = fact;
      if ((model.overviews.get(overview.db)?.at ?? 0) > at) return { kind: 'nothing' };
      store.write((db) => db.records.put('overview', { id: overview.db, at, value: overview }));
      model.overviews.set(overview.db, { overview, at });
      return { kind: 'backups', db: overview.db };
    }
    case 'backup-run': {
      const known = model.overviews.get(fact.run.db);
      if (!known) return { kind: 'nothing' };
      const at = Date.parse(fact.at);
      if (known.at > at) return { kind: 'nothing' };
      const overview = { ...known.overview, lastRun: fact.run };
      store.write((db) => db.records.put('overview', { id: overview.db, at, value: overview }));
      model.overviews.set(overview.db, { overview, at });
      return { kind: 'backups', db: overview.db };
    }
    case 'silence':
    case 'alert-test':
    case 'alert-audit':
      return { kind: 'nothing' };
    default:
      return fact satisfies never;
  }
}

function takeAlert(model: ReadModel, store: StoreGuard, { id, alert }: FactOf<'alert'>): Change {
  const known = model.alerts.get(alert.id);
  const version = versionOf(id);
  if (known && isOlder(known, model.alertVersions.get(alert.id) ?? 0, alert, version)) return { kind: 'nothing' };
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

function takeCheck(model: ReadModel, result: CheckResult): void {
  const newer = (before: { observedAt: string } | null | undefined) =>
    !before || before.observedAt <= result.observedAt;
  switch (result.check) {
    case 'system':
      if (newer(model.system)) model.system = result;
      return;
    case 'database':
      if (newer(model.databaseChecks.get(result.name))) model.databaseChecks.set(result.name, result);
      return;
    case 'process': {
      const state = model.services.get(result.service);
      if (state && newer(state.process)) state.process = result;
      return;
    }
    case 'liveness': {
      const state = model.services.get(result.service);
      if (state && newer(state.liveness)) state.liveness = result;
      return;
    }
    default:
      result satisfies never;
  }
}
