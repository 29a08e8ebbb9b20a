import { type Appointment, alertSets } from './core/agenda.ts';
import { type AlertRef, alertOfKey } from './core/alert-key.ts';
import { decideClock } from './core/decide-clock.ts';
import { decideDigest, digestMax } from './core/decide-digest.ts';
import { decideFold } from './core/decide-fold.ts';
import { decideSilences } from './core/decide-silences.ts';
import { decideSummary } from './core/decide-summary.ts';
import { withParents } from './core/holder.ts';
import { type Known, type Needs, nothingNeeded } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import type { AlertRules } from './core/rules.ts';
import type { AlertStore } from './store/alert-store.ts';

/** What a decision reads, and how it is made of that. */
export interface DueDecision {
  needs: Needs;
  decide: (known: Known) => Plan;
}

/** The decision that an appointment asks for. Which alerts it is about is read first; one that comes in between waits for the next. */
export async function dueDecision(
  due: Appointment,
  store: Pick<AlertStore, 'members'>,
  rules: AlertRules,
): Promise<DueDecision> {
  const about = (refs: readonly AlertRef[]): Needs => ({
    ...nothingNeeded,
    alerts: refs.flatMap((ref) => withParents(ref, rules)),
  });
  switch (due.kind) {
    case 'alert':
      return { needs: about([due.ref]), decide: (known) => decideClock(due.ref, known, rules) };
    case 'fold':
      return {
        needs: { ...nothingNeeded, services: [due.service] },
        decide: (known) => decideFold(due.service, known, rules),
      };
    case 'summary': {
      const { service } = due;
      const keys = await store.members(alertSets.summary(service));
      // Sets of older alerters hold the types alone.
      const watched = keys.map((key) => alertOfKey(key) ?? { service, alertType: key });
      const needs = { ...about(watched), services: [service] };
      return { needs, decide: (known) => decideSummary(service, watched, known, rules) };
    }
    case 'digest': {
      const { channel } = due;
      const keys = await store.members(alertSets.digest(channel), digestMax);
      const waiting = keys.flatMap((key) => alertOfKey(key) ?? []);
      const needs = { ...about(waiting), channels: [channel] };
      return { needs, decide: (known) => decideDigest(channel, waiting, known, rules) };
    }
    case 'silences':
      return { needs: nothingNeeded, decide: decideSilences };
    default:
      return due satisfies never;
  }
}
