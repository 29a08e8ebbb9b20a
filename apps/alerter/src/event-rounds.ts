import { decideEvents, type EventToDecide, needsOfEvents } from './core/decide-events.ts';
import type { Known } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import type { AlertRules } from './core/rules.ts';
import type { OnStep } from './on-step.ts';
import type { AlertStore } from './store/alert-store.ts';

interface RoundDeps {
  store: AlertStore;
  rules: AlertRules;
  onStep: OnStep;
  onWritten?: (plan: Plan, known: Known) => void;
}

export interface EventRounds {
  /** The reason of each event, in their order. */
  reasons: readonly string[];
  /** Reads, decides and writes what is left, each in one go. `conflict` while something is left. */
  round(): Promise<'done' | 'conflict'>;
}

/**
 * Events decided together. One that was overtaken by another alerter is decided again in the next round, and with it those behind it
 * that were made from it; what was written stays written.
 */
export function eventRounds(
  { store, rules, onStep, onWritten = () => {} }: RoundDeps,
  list: readonly EventToDecide[],
): EventRounds {
  const reasons: string[] = list.map(() => 'seen');
  let left = firstOfEachId(list.map((one, at) => ({ ...one, at })));
  return {
    reasons,
    round: async () => {
      const loaded = await store.load(
        needsOfEvents(left, rules),
        left.map(({ event }) => event.id),
      );
      left = left.filter(({ event }) => !loaded.seen.has(event.id));
      if (left.length === 0) return 'done';
      const decided = decideEvents(left, loaded, rules);
      for (const _ of decided) await onStep('decided');
      const words = await store.apply(
        decided.map(({ of, plan, needs }) => ({ plan, needs, id: of.event.id })),
        loaded,
      );
      left = [];
      for (const [index, { of, plan }] of decided.entries()) {
        const word = words[index];
        if (word === 'conflict' || word === undefined) left.push(of);
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
