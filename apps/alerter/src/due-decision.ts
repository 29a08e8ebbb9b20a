import { type Appointment, alertSets } from './core/agenda.ts';
import { type AlertRef, alertOfKey } from './core/alert-key.ts';
import { decideClock } from './core/decide-clock.ts';
import { decideDigest } from './core/decide-digest.ts';
import { decideFold } from './core/decide-fold.ts';
import { decideSilences } from './core/decide-silences.ts';
import { decideSummary } from './core/decide-summary.ts';
import { withParents } from './core/holder.ts';
import { type Known, type Needs, nothingNeeded, type Watched } from './core/known.ts';
import type { Plan } from './core/plan.ts';
import type { AlertRules } from './core/rules.ts';
import type { AlertStore } from './store/alert-store.ts';

/** What a decision reads, and how it is made of that. */
export interface DueDecision {
  needs: Needs;
  decide: (known: Known) => Plan;
}

/** Alerts that one digest or summary is made of; more make a second one, at once. */
const watchedMax = 500;
const watchedMin = 20;
/** So often in a row something came in between before a digest is made of half as many. */
const triesBeforeHalf = 10;

/**
 * The decision that an appointment asks for. Which alerts it is about is read first; one that comes in between waits for the next.
 * `tries` counts how often it was overtaken: among hundreds of alerts in a storm one always changes, so it looks at ever fewer.
 */
export async function dueDecision(
  due: Appointment,
  { store, rules, tries }: { store: Pick<AlertStore, 'members'>; rules: AlertRules; tries: number },
): Promise<DueDecision> {
  const about = (refs: readonly AlertRef[]): Needs => ({
    ...nothingNeeded,
    alerts: refs.flatMap((ref) => withParents(ref, rules)),
  });
  const watchedIn = async (set: string, otherwise?: (key: string) => AlertRef): Promise<Watched> => {
    const most = Math.max(watchedMin, Math.floor(watchedMax / 2 ** Math.floor(tries / triesBeforeHalf)));
    const keys = await store.members(set, most);
    const refs = keys.flatMap((key) => alertOfKey(key) ?? otherwise?.(key) ?? []);
    return { refs, more: keys.length >= most };
  };
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
      // Sets of older alerters hold the types alone.
      const watched = await watchedIn(alertSets.summary(service), (key) => ({ service, alertType: key }));
      const needs = { ...about(watched.refs), services: [service] };
      return { needs, decide: (known) => decideSummary(service, watched, known, rules) };
    }
    case 'digest': {
      const { channel } = due;
      const watched = await watchedIn(alertSets.digest(channel));
      const needs = { ...about(watched.refs), channels: [channel] };
      return { needs, decide: (known) => decideDigest(channel, watched, known, rules) };
    }
    case 'silences':
      return { needs: nothingNeeded, decide: decideSilences };
    default:
      return due satisfies never;
  }
}
