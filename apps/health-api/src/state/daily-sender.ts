import { MINUTE } from '@yoban/shared/contracts/time';
import { putFact } from '@yoban/shared/facts/fact-outbox';
import type { Log } from '@yoban/shared/logger';
import { z } from 'zod';
import {
  alertsOf,
  backupsOf,
  type DailyPlan,
  type DailyReport,
  type DayNumbers,
  dailyEvent,
  decideDaily,
  incidentsOf,
} from '../core/daily-stats.ts';
import { rollUp } from '../core/roll-up.ts';
import type { HealthDatabase } from '../store/database.ts';
import type { StoreGuard } from '../store/store-guard.ts';
import { observedOf, type ReadModel, type ServiceState } from './read-model.ts';

export interface DailySenderOptions {
  /** Null where it is switched off. */
  plan: DailyPlan | null;
  model: ReadModel;
  store: StoreGuard;
  log: Log;
  /** Called after an event went into the outbox. */
  wakeDrain: () => void;
}

const StoredDay = z.object({ day: z.string() });
const latestName = (service: string): string => `daily/${service}`;

/** Sends each service's report of the day (A10). Called with every tick; `now` is epoch ms. */
export function createDailySender({ plan, model, store, log, wakeDrain }: DailySenderOptions): (now: number) => void {
  /** Also kept here: a store that was lost must not make a second report of the day. */
  const lastDays = new Map<string, string>();
  let lookedAt = Number.NEGATIVE_INFINITY;

  const lastDayOf = (db: HealthDatabase, service: string): string | null => {
    const known = lastDays.get(service);
    if (known !== undefined) return known;
    const row = db.records.latest().find(({ name }) => name === latestName(service));
    const stored = StoredDay.safeParse(row?.value);
    return stored.success ? stored.data.day : null;
  };
  const look = (dailyPlan: DailyPlan, state: ServiceState, now: number) => {
    const service = state.settings.name;
    const decision = decideDaily(
      dailyPlan,
      store.read((db) => lastDayOf(db, service)),
      now,
    );
    if (decision.do === 'wait') return;
    const day = decision.do === 'send' ? decision.report.day : decision.day;
    // The event and the mark that it was made are one transaction: a crash between them would send twice, or never.
    store.write((db) => {
      if (decision.do === 'send') {
        const event = dailyEvent(service, decision.report, numbersOf(db, { model, state, now }, decision.report));
        putFact(db.db, 'alertEvent', event.id, event);
      }
      db.records.setLatest(latestName(service), now, { day });
    });
    lastDays.set(service, day);
    log.info({ event: 'daily.decided', service, day, reason: decision.do === 'send' ? 'sent' : decision.reason });
    if (decision.do === 'send') wakeDrain();
  };
  return (now) => {
    // A look each minute is early enough; a clock that went back looks at once.
    if (plan === null || Math.abs(now - lookedAt) < MINUTE) return;
    lookedAt = now;
    for (const state of model.services.values()) look(plan, state, now);
  };
}

interface Seen {
  model: ReadModel;
  state: ServiceState;
  now: number;
}

function numbersOf(db: HealthDatabase, { model, state, now }: Seen, report: DailyReport): DayNumbers {
  const { name, parts, databases } = state.settings;
  const { fromMs, toMs } = report;
  const calls = (kind: 'llm' | 'tips') =>
    parts.includes(kind) ? db.calls.countsBetween(name, kind, fromMs, toMs) : null;
  const rolled = rollUp(observedOf(model, state, now), { bus: 'ok', store: 'ok' }, now);
  const { game } = rolled.checks;
  return {
    upPercent: db.samples.percentBelow(name, 'state', 2, { fromMs, toMs }),
    uptimeS: rolled.uptimeSeconds,
    incidents: incidentsOf(model.incidents.values(), name, report),
    llm: calls('llm'),
    tips: calls('tips'),
    gameDay: game.configured && game.age_s !== null ? game.game_day : null,
    backups:
      databases.length === 0
        ? null
        : backupsOf(
            databases.flatMap((one) => model.overviews.get(one)?.overview.files ?? []),
            report,
          ),
    alerts: alertsOf(model.alerts.values(), name, report),
  };
}
