import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { appointmentOf } from './core/agenda.ts';
import { type DecidedCommand, decideCommand, needsOfCommand } from './core/decide-command.ts';
import { decideEvent, needsOfEvent } from './core/decide-event.ts';
import type { Known, Needs } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import type { AlertRules } from './core/rules.ts';
import { dueDecision } from './due-decision.ts';
import type { OnStep } from './on-step.ts';
import type { AlertStore } from './store/alert-store.ts';

export interface Decider {
  /** Decides an event and writes what follows, once however often the event comes. Resolves to the reason. */
  event(event: AlertEvent): Promise<string>;
  /** Decides a command likewise. */
  command(command: DecidedCommand): Promise<string>;
  /** Does what has fallen due by the clock; resolves to the ms until the next, null when nothing is planned. */
  dueTicks(): Promise<number | null>;
}

interface DeciderDeps {
  store: AlertStore;
  rules: AlertRules;
  log: Log;
  onStep: OnStep;
}

/** Looks that changed nothing: there are many of them while an alert is open. */
const quietReasons = new Set([
  'nothing_due',
  'nothing_listed',
  'nothing_suppressed',
  'nothing_folded',
  'silences_unchanged',
]);

/** Another alerter that writes in between makes us look again; losing this often in a row means something else is wrong. */
const triesMax = 100;

/** Reads, decides by the pure core, writes if nothing changed in between, else looks again (docs/adr/0006). */
export function createDecider({ store, rules, log, onStep }: DeciderDeps): Decider {
  const untilWritten = async (attempt: () => Promise<string | 'conflict'>): Promise<string> => {
    for (let tries = 0; tries < triesMax; tries++) {
      const reason = await attempt();
      if (reason !== 'conflict') return reason;
    }
    throw new OpsError('BUS_UNAVAILABLE', `a decision was overtaken ${triesMax} times`, { retryable: true });
  };
  /** One decision: `id` marks what must be decided once. */
  const attempt = async (needs: Needs, decide: (known: Known) => Plan, id = ''): Promise<string> => {
    const loaded = await store.load(needs, id);
    if (loaded.seen) return 'seen';
    const plan = decide(loaded);
    await onStep('decided');
    const written = await store.apply(plan, loaded, id);
    return written === 'done' ? plan.reason : written;
  };
  const tick = async (name: string): Promise<void> => {
    const due = appointmentOf(name);
    if (due === null) {
      log.error({ event: 'agenda.unreadable', code: 'UNEXPECTED', entry: name });
      return store.forget(name);
    }
    const reason = await untilWritten(async () => {
      const { needs, decide } = await dueDecision(due, store, rules);
      return attempt(needs, decide);
    });
    const fields = { event: 'alert.ticked', reason, entry: name };
    if (quietReasons.has(reason)) log.debug(fields);
    else log.info(fields);
  };
  return {
    event: async (event) => {
      const needs = needsOfEvent(event, rules);
      const reason = await untilWritten(() => attempt(needs, (known) => decideEvent(event, known, rules), event.id));
      const { service, alertType } = event;
      log.info({ event: 'alert.decided', reason, service, alertType, eventId: event.id });
      await onStep('written');
      return reason;
    },
    command: async (command) => {
      const needs = needsOfCommand(command, rules);
      const decide = (known: Known) => decideCommand(command, known, rules);
      const reason = await untilWritten(() => attempt(needs, decide, `command-${command.id}`));
      log.info({ event: 'command.decided', reason, command: command.do, actor: command.actor, id: command.id });
      await onStep('written');
      return reason;
    },
    dueTicks: async () => {
      for (;;) {
        const { now, due, nextAt } = await store.agenda();
        if (due.length === 0) return nextAt === null ? null : Math.max(0, nextAt - now);
        for (const name of due) await tick(name);
      }
    },
  };
}
