import type { Fact } from '@yoban/shared/contracts/fact';
import { isoTime } from '@yoban/shared/contracts/time';
import { alertSets, appointmentName } from './agenda.ts';
import type { Known } from './known.ts';
import { emptyPlan, type Plan } from './plan.ts';
import { type KeptSilence, nextTurn, type SilenceBook, turned } from './silences.ts';

/** Silences that began or ended by the clock are told as facts; what one held back is looked at when it is over. */
export function decideSilences(known: Known): Plan {
  const { now } = known;
  const next = turned(known.silences, now);
  const plan = emptyPlan(next.changed.length > 0 ? 'silences_turned' : 'silences_unchanged');
  if (next.changed.length > 0 || next.book.length < known.silences.length) writeBook(plan, next, now);
  plan.ticked = { name: appointmentName({ kind: 'silences' }), set: null, settled: [], nextAt: null };
  planTurn(plan, next.book, now);
  return plan;
}

/** The new book, a fact for each silence that changed, and the look at what those that are over held back. */
export function writeBook(
  plan: Plan,
  { book, changed }: { book: SilenceBook; changed: readonly KeptSilence[] },
  now: number,
): void {
  plan.silences = book;
  plan.facts.push(...changed.map((one) => factOf(one, now)));
  for (const { silence, state } of changed) {
    if (state === 'expired') plan.release.push({ set: alertSets.silence(silence.id), at: now });
  }
}

export function planTurn(plan: Plan, book: SilenceBook, now: number): void {
  const at = nextTurn(book, now);
  if (at !== null) plan.agenda.push({ name: appointmentName({ kind: 'silences' }), at });
}

/** The moment is part of its id: a silence that is changed tells each of its states. */
const factOf = ({ silence, state }: KeptSilence, now: number): Fact => ({
  type: 'silence',
  id: `${silence.id}-${state}-${now}`,
  at: isoTime(now),
  silence,
  state,
});
