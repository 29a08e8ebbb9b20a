import { type AlertRef, alertKey } from './alert-key.ts';
import type { AlertState, Hold } from './alert-state.ts';
import { parentsOf } from './inhibit.ts';
import { alertIn, type Known } from './known.ts';
import type { AlertRules } from './rules.ts';
import { activeSilence, type Subject } from './silences.ts';

/** What holds raises of this alert back at this moment besides its own window. */
export type Holder = Exclude<Hold, { by: 'window' }>;

/** A silence that matches, else an open parent, else nothing (A7). */
export function holderOf(subject: Subject, known: Known, rules: AlertRules): Holder | null {
  const silence = activeSilence(known.silences, subject, known.now);
  if (silence) return { by: 'silence', id: silence.id };
  const parent = parentsOf(rules.inhibit, subject).find((ref) => alertIn(known, ref).st === 'open');
  return parent ? { by: 'parent', key: alertKey(parent) } : null;
}

/** The same for an alert as it is known; null for one that has never been raised. */
export function holderOfKnown(ref: AlertRef, state: AlertState, known: Known, rules: AlertRules): Holder | null {
  if (state.st === 'none') return null;
  return holderOf({ ...ref, level: state.level, labels: state.labels }, known, rules);
}

/** An alert and its parents: what a decision about it reads. */
export const withParents = (ref: AlertRef, rules: AlertRules): AlertRef[] => [ref, ...parentsOf(rules.inhibit, ref)];
