import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import type { Log } from '@yoban/shared/logger';
import { appointmentOf } from './core/agenda.ts';
import { type DecidedCommand, decideCommand, needsOfCommand } from './core/decide-command.ts';
import { decideEvent, needsOfEvent } from './core/decide-event.ts';
import { decideFallback, needsOfFallback, type Takeover } from './core/decide-fallback.ts';
import type { DirectTelling } from './core/direct-telling.ts';
import type { Known, Needs } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import { dueDecision } from './due-decision.ts';
import { type BusEvent, eventRounds, heldBack, type RoundDeps } from './event-rounds.ts';

export interface Decider {
  /**
   * Decides an event and writes what follows, once however often the event comes. Resolves to the reason; with `withinMs` to `late`
   * when it could not be read within that time, or not be written within as much again: then it never will be, and another try is
   * needed.
   */
  event(event: AlertEvent, how?: EventOptions): Promise<string>;
  /**
   * The same for events of the bus that came together, in their order, which costs what one does. Resolves to the reason of each;
   * `heldBack` is that of one which was not decided, since the spool holds something of its alert.
   */
  events(list: readonly BusEvent[]): Promise<string[]>;
  /** Decides a command likewise. */
  command(command: DecidedCommand): Promise<string>;
  /** Gives a notice that its channel does not deliver to another channel too, once. */
  fallback(takeover: Takeover): Promise<string>;
  /** Does what has fallen due by the clock; resolves to the ms until the next, null when nothing is planned. */
  dueTicks(): Promise<number | null>;
}

export interface EventOptions {
  /** Who heard of it past Redis. */
  told?: readonly DirectTelling[];
  withinMs?: number;
}

interface DeciderDeps extends RoundDeps {
  log: Log;
}

/** A decision that nobody counts on any more, some time after `beganAt` (`performance.now()`), is not made: see `AlertStore.apply`. */
interface Limit {
  beganAt: number;
  withinMs: number;
}

interface Decision {
  needs: Needs;
  decide: (known: Known) => Plan;
}

/** The reason of what was written or is not to be; null where it was overtaken and is to be made anew. */
type Outcome = string | null;

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
export function createDecider(deps: DeciderDeps): Decider {
  const { store, rules, log, onStep } = deps;
  const attempt = (decision: Decision, id = '', limit?: Limit) => attemptOnce(deps, decision, id, limit);
  const tick = async (name: string): Promise<void> => {
    const due = appointmentOf(name);
    if (due === null) {
      log.error({ event: 'agenda.unreadable', code: 'UNEXPECTED', entry: name });
      return store.forget(name);
    }
    const reason = await untilWritten(async (tries) => {
      const { needs, decide } = await dueDecision(due, { store, rules, tries });
      return attempt({ needs, decide });
    });
    const fields = { event: 'alert.ticked', reason, entry: name };
    if (quietReasons.has(reason)) log.debug(fields);
    else log.info(fields);
  };
  return {
    event: async (event, { told = [], withinMs } = {}) => {
      const decide = (known: Known) => decideEvent(event, known, rules, told);
      const decision = { needs: needsOfEvent(event, rules), decide };
      const limit = withinMs === undefined ? undefined : { beganAt: performance.now(), withinMs };
      const reason = await untilWritten(() => attempt(decision, event.id, limit));
      if (reason === 'late') return reason;
      tellDecided(log, event, reason);
      await onStep('written');
      return reason;
    },
    events: async (list) => {
      const { reasons, round } = eventRounds(deps, list);
      await untilWritten(async () => ((await round()) === 'conflict' ? null : 'done'));
      tellList(log, list, reasons);
      for (const _ of list) await onStep('written');
      return [...reasons];
    },
    command: async (command) => {
      const decide = (known: Known) => decideCommand(command, known, rules);
      const decision = { needs: needsOfCommand(command, rules), decide };
      const reason = await untilWritten(() => attempt(decision, `command-${command.id}`));
      log.info({ event: 'command.decided', reason, command: command.do, actor: command.actor, id: command.id });
      await onStep('written');
      return reason;
    },
    fallback: async (takeover) => {
      const decide = (known: Known) => decideFallback(takeover, known);
      const mark = `fallback-${takeover.row.nid}`;
      return untilWritten(() => attempt({ needs: needsOfFallback(takeover), decide }, mark));
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

async function untilWritten(attempt: (tries: number) => Promise<Outcome>): Promise<string> {
  for (let tries = 0; tries < triesMax; tries++) {
    const reason = await attempt(tries);
    if (reason !== null) return reason;
  }
  throw new OpsError('BUS_UNAVAILABLE', `a decision was overtaken, or came too late, ${triesMax} times`, {
    retryable: true,
  });
}

/** More than that at once is a storm: its lines would cost as much as its decisions, and its records say the same. */
const singlyMax = 20;

function tellList(log: Log, list: readonly BusEvent[], reasons: readonly string[]): void {
  const isStorm = list.length > singlyMax;
  if (isStorm) {
    const each = Map.groupBy(reasons, (reason) => reason);
    const counts = Object.fromEntries([...each].map(([reason, all]) => [reason, all.length]));
    log.info({ event: 'alerts.decided', count: list.length, reasons: counts });
  }
  if (isStorm && !log.isLevelEnabled('debug')) return;
  for (const [at, { event }] of list.entries()) {
    const reason = reasons[at] ?? 'seen';
    if (reason !== heldBack) tellDecided(log, event, reason);
  }
}

function tellDecided(log: Log, { id, service, alertType }: AlertEvent, reason: string): void {
  log.info({ event: 'alert.decided', reason, service, alertType, eventId: id });
}

/** One decision: `id` marks what must be decided once. */
async function attemptOnce(
  { store, onStep, onWritten = () => {} }: DeciderDeps,
  { needs, decide }: Decision,
  id: string,
  limit?: Limit,
): Promise<Outcome> {
  const loaded = await store.load(needs, id === '' ? [] : [id]);
  if (loaded.seen.has(id)) return 'seen';
  if (limit && performance.now() - limit.beganAt > limit.withinMs) return 'late';
  const plan = decide(loaded);
  await onStep('decided');
  const [written = 'conflict'] = await store.apply([{ plan, needs, id }], loaded, limit?.withinMs);
  if (written === 'conflict') return null;
  if (written !== 'done') return written;
  onWritten(plan, loaded);
  return plan.reason;
}
