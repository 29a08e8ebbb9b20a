import { stopwatch } from './channels/time-limit.ts';
import { alertKey } from './core/alert-key.ts';
import { decideEvents, type EventToDecide, needsOfEvents } from './core/decide-events.ts';
import type { Known } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import type { AlertRules } from './core/rules.ts';
import { decideWithinMs } from './decide-limits.ts';
import type { OnStep } from './on-step.ts';
import type { AlertStore } from './store/alert-store.ts';

export interface BusEvent extends EventToDecide {
  /** Nothing of its alert is told past Redis any more, whatever the spool holds. */
  overtakes?: boolean;
}

export interface RoundDeps {
  store: AlertStore;
  rules: AlertRules;
  onStep: OnStep;
  /** Hears of each decision that was written, with what it was made from. */
  onWritten?: (plan: Plan, known: Known) => void;
  /** Keys of the alerts that the spool holds events of, now. */
  spooled?: () => ReadonlySet<string>;
}

/** The reason of an event that was not decided: the spool holds one of the same alert, which goes first. */
export const heldBack = 'held_by_spool';
const nothing: ReadonlySet<string> = new Set();

export interface EventRounds {
  /** The reason of each event, in their order. */
  reasons: readonly string[];
  /** One try for all that is left. `conflict`: some of it was not written, since it was overtaken or too slow; call again. */
  round(): Promise<'done' | 'conflict'>;
}

/**
 * Events decided together, from a look at the spool that is fresh when they are written (docs/adr/0013). One that was overtaken by
 * another alerter is decided again in the next round, and with it those behind it that were made from it; what was written stays
 * written.
 */
export function eventRounds(
  { store, rules, onStep, onWritten = () => {}, spooled = () => nothing }: RoundDeps,
  list: readonly BusEvent[],
): EventRounds {
  const reasons: string[] = list.map(() => 'seen');
  let left = firstOfEachId(list.map((one, at) => ({ ...one, at })));
  const leaveHeld = (): void => {
    const keys = spooled();
    const isHeld = ({ event, overtakes }: BusEvent) => overtakes !== true && keys.has(alertKey(event));
    for (const { at } of left.filter(isHeld)) reasons[at] = heldBack;
    left = left.filter((one) => !isHeld(one));
  };
  return {
    reasons,
    round: async () => {
      const lookedMs = stopwatch();
      leaveHeld();
      if (left.length === 0) return 'done';
      const loaded = await store.load(
        needsOfEvents(left, rules),
        left.map(({ event }) => event.id),
      );
      left = left.filter(({ event }) => !loaded.seen.has(event.id));
      if (left.length === 0) return 'done';
      if (lookedMs() > decideWithinMs) return 'conflict';
      const decided = decideEvents(left, loaded, rules);
      for (const _ of decided) await onStep('decided');
      const words = await store.apply(
        decided.map(({ of, plan, needs }) => ({ plan, needs, id: of.event.id })),
        loaded,
        decideWithinMs,
      );
      left = [];
      for (const [index, { of, plan }] of decided.entries()) {
        const word = words[index];
        if (word === 'conflict' || word === 'late' || word === undefined) left.push(of);
        if (word !== 'done') continue;
        reasons[of.at] = plan.reason;
        onWritten(plan, loaded);
      }
      return left.length === 0 ? 'done' : 'conflict';
    },
  };
}

/** Of an event that came twice at once the second is a repeat. */
function firstOfEachId<E extends EventToDecide>(list: readonly E[]): E[] {
  const ids = new Set<string>();
  return list.filter(({ event }) => !ids.has(event.id) && ids.add(event.id));
}
