import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { noAlert } from './core/alert-state.ts';
import { decideEvent } from './core/decide-event.ts';
import { decideFold, decideSummary } from './core/decide-tick.ts';
import type { AlertRules } from './core/rules.ts';
import type { OnStep } from './on-step.ts';
import type { AlertStore } from './store/alert-store.ts';

export interface Decider {
  /** Decides an event and writes what follows, once however often the event comes. Resolves to the reason. */
  event(event: AlertEvent): Promise<string>;
  /** Does what has fallen due by the clock; resolves to the ms until the next, null when nothing is planned. */
  dueTicks(): Promise<number | null>;
}

interface DeciderDeps {
  store: AlertStore;
  rules: AlertRules;
  log: Log;
  onStep: OnStep;
}

/** Another alerter that writes in between makes us look again; losing this often in a row means something else is wrong. */
const triesMax = 100;
const foldHorizonMs = 120_000;

/** Reads, decides by the pure core, writes if nothing changed in between, else looks again (docs/adr/0006). */
export function createDecider({ store, rules, log, onStep }: DeciderDeps): Decider {
  const untilWritten = async (attempt: () => Promise<string | 'conflict'>): Promise<string> => {
    for (let tries = 0; tries < triesMax; tries++) {
      const reason = await attempt();
      if (reason !== 'conflict') return reason;
    }
    throw new OpsError('BUS_UNAVAILABLE', `a decision was overtaken ${triesMax} times`, { retryable: true });
  };
  const decideOnce = async (event: AlertEvent): Promise<string> => {
    const loaded = await store.load(event.service, [event.alertType], event.id);
    if (loaded.seen) return 'seen';
    const alert = loaded.alerts[0]?.state ?? noAlert;
    const plan = decideEvent(event, { now: loaded.now, rules, alert, service: loaded.service });
    await onStep('decided');
    const written = await store.apply(plan, loaded, event.id);
    return written === 'done' ? plan.reason : written;
  };
  const tickOnce = async (kind: 'summary' | 'fold', service: string): Promise<string> => {
    const loaded = await store.load(service, kind === 'summary' ? await store.watched(service) : []);
    const context = { now: loaded.now, rules, service, state: loaded.service };
    const plan = kind === 'summary' ? decideSummary(loaded.alerts, context) : decideFold(context);
    const written = await store.apply(plan, loaded);
    return written === 'done' ? plan.reason : written;
  };
  return {
    event: async (event) => {
      const reason = await untilWritten(() => decideOnce(event));
      log.info({
        event: 'alert.decided',
        reason,
        service: event.service,
        alertType: event.alertType,
        eventId: event.id,
      });
      await onStep('written');
      return reason;
    },
    dueTicks: async () => {
      for (;;) {
        const { now, due, nextAt } = await store.agenda(horizonMs(rules));
        if (due.length === 0) return nextAt === null ? null : Math.max(0, nextAt - now);
        for (const member of due) {
          const [, kind, service] = /^(summary|fold):(.+)$/s.exec(member) ?? [];
          if (service === undefined) {
            log.error({ event: 'agenda.unreadable', code: 'UNEXPECTED', member });
            await store.forget(member);
            continue;
          }
          const reason = await untilWritten(() => tickOnce(kind === 'fold' ? 'fold' : 'summary', service));
          log.info({ event: 'alert.ticked', reason, service });
        }
      }
    },
  };
}

/** No tick is planned further ahead than the longest window. */
const horizonMs = (rules: AlertRules): number =>
  Math.max(foldHorizonMs, rules.windowMs, ...Object.values(rules.services).map((one) => one.windowMs ?? 0));
