import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { CheckResult } from '@yoban/shared/contracts/check';
import type { Fact } from '@yoban/shared/contracts/fact';
import type { StoreGuard } from '../store/store-guard.ts';
import { alertTime, incidentTime, keepRecord, type ReadModel } from './read-model.ts';

/** What a fact changed, for those who show it live. */
export type Change =
  | { kind: 'checks' }
  | { kind: 'alert'; id: string }
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
    case 'alert': {
      const { alert } = fact;
      if (isOlder(model.alerts.get(alert.id), alert)) return { kind: 'nothing' };
      store.write((db) => db.records.put('alert', alert.id, Date.parse(alertTime(alert)), alert));
      keepRecord(model.alerts, alert.id, alert, alertTime);
      return { kind: 'alert', id: alert.id };
    }
    case 'incident': {
      const { incident } = fact;
      store.write((db) => db.records.put('incident', incident.id, Date.parse(incident.detectedAt), incident));
      keepRecord(model.incidents, incident.id, incident, incidentTime);
      return { kind: 'incident', id: incident.id };
    }
    case 'backup-overview': {
      const at = Date.parse(fact.at);
      const { overview } = fact;
      if ((model.overviews.get(overview.db)?.at ?? 0) > at) return { kind: 'nothing' };
      store.write((db) => db.records.put('overview', overview.db, at, overview));
      model.overviews.set(overview.db, { overview, at });
      return { kind: 'backups', db: overview.db };
    }
    case 'backup-run': {
      const known = model.overviews.get(fact.run.db);
      if (!known) return { kind: 'nothing' };
      const at = Date.parse(fact.at);
      if (known.at > at) return { kind: 'nothing' };
      const overview = { ...known.overview, lastRun: fact.run };
      store.write((db) => db.records.put('overview', overview.db, at, overview));
      model.overviews.set(overview.db, { overview, at });
      return { kind: 'backups', db: overview.db };
    }
    default:
      return fact satisfies never;
  }
}

/** A resolved alert stays resolved: a redelivered older fact must not open it again. */
const isOlder = (known: AlertRecord | undefined, next: AlertRecord): boolean =>
  known?.state === 'resolved' && next.state === 'open';

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
