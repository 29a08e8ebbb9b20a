import type { CheckResult } from '@yoban/shared/contracts/check';
import type { Fact } from '@yoban/shared/contracts/fact';
import type { Incident } from '@yoban/shared/contracts/incident';
import { factEvent } from '../core/monitoring-event.ts';
import type { Change, FactContext } from './change.ts';
import { keepProbe } from './keep-probe.ts';
import { incidentTime, keepRecord, type ReadModel } from './read-model.ts';
import { takeAlert, takeAlerts } from './take-alert.ts';
import { takeAudit, takeSilence, takeTest } from './take-alert-facts.ts';

/**
 * Takes one fact into the read model. Facts that are told once (alerts, incidents, backups) are stored before this returns, and
 * so before the bus forgets them; checks come again in seconds and are stored by the tick.
 */
export function takeFact(context: FactContext, fact: Fact): Change {
  const { model, store, monitoring } = context;
  const event = factEvent(fact);
  if (event) monitoring.tell([event]);
  switch (fact.type) {
    case 'checks':
      for (const result of fact.results) takeCheck(model, result);
      return { kind: 'checks' };
    case 'alert':
      return takeAlert(context, fact);
    case 'alerts':
      return takeAlerts(context, fact);
    case 'incident':
      return takeIncident(context, fact.incident);
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
      return takeSilence(context, fact);
    case 'alert-test':
      return takeTest(context, fact);
    case 'alert-audit':
      return takeAudit(context, fact);
    default:
      return fact satisfies never;
  }
}

/** An incident as it is now. Facts may come in any order; the highest revision is the newest. */
function takeIncident({ model, store }: FactContext, incident: Incident): Change {
  const isNew = store.write(({ incidents }) => {
    const known = incidents.find(incident.id) ?? model.incidents.get(incident.id);
    if (known && known.revision > incident.revision) return false;
    incidents.put(incident);
    return true;
  });
  if (!isNew) return { kind: 'nothing' };
  keepRecord(model.incidents, incident.id, incident, incidentTime);
  return { kind: 'incident', id: incident.id };
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
    case 'probe': {
      const state = model.services.get(result.service);
      if (state && newer(state.probes.get(result.name))) keepProbe(state, result);
      return;
    }
    default:
      result satisfies never;
  }
}
