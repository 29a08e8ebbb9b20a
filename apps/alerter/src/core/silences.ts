import type { AlertLabels, AlertLevel } from '@yoban/shared/contracts/alert';
import { Silence, type SilenceMatcher, SilenceState } from '@yoban/shared/contracts/silence';
import { DAY } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import type { AlertRef } from './alert-key.ts';

/** A silence and the state that was told last. One that is over stays over, also when the clock goes back. */
const KeptSilence = z.strictObject({ silence: Silence, state: SilenceState });
export type KeptSilence = z.infer<typeof KeptSilence>;

/** All silences of the kit: one document, so that a decision reads them in the same moment as the alert. */
export const SilenceBook = z.array(KeptSilence);
export type SilenceBook = z.infer<typeof SilenceBook>;

/** Over, but still shown. */
const keptAfterEndMs = DAY;
/** A book that every decision reads must stay small. */
export const silencesMax = 500;

/** What a matcher looks at. */
export interface Subject extends AlertRef {
  level: AlertLevel;
  labels: AlertLabels;
}

/** The silence that holds this back at `now` (epoch ms); of several, the one that lasts longest. */
export function activeSilence(book: SilenceBook, subject: Subject, now: number): Silence | null {
  const found = book.filter((one) => stateAt(one, now) === 'active' && one.silence.matchers.every(matches(subject)));
  const [longest] = found.sort((a, b) => Date.parse(b.silence.endsAt) - Date.parse(a.silence.endsAt));
  return longest?.silence ?? null;
}

export function stateAt({ silence, state }: KeptSilence, now: number): SilenceState {
  if (state === 'expired' || now >= Date.parse(silence.endsAt)) return 'expired';
  return now >= Date.parse(silence.startsAt) ? 'active' : 'pending';
}

/** The book as of `now`: states brought up to date, what ended over a day ago forgotten; and which changed. */
export function turned(book: SilenceBook, now: number): { book: SilenceBook; changed: KeptSilence[] } {
  const next = book.map((one) => ({ ...one, state: stateAt(one, now) }));
  const changed = next.filter((one, index) => one.state !== book[index]?.state);
  return { book: next.filter((one) => Date.parse(one.silence.endsAt) + keptAfterEndMs > now), changed };
}

/** When the next silence begins, ends or is forgotten; null for an empty book. */
export function nextTurn(book: SilenceBook, now: number): number | null {
  const moments = book
    .flatMap(({ silence, state }) => {
      const endsAt = Date.parse(silence.endsAt);
      return [Date.parse(silence.startsAt), state === 'expired' ? endsAt + keptAfterEndMs : endsAt];
    })
    .filter((at) => at > now);
  return moments.length > 0 ? Math.min(...moments) : null;
}

const matches =
  (subject: Subject) =>
  ({ name, value, isRegex, isEqual }: SilenceMatcher): boolean => {
    const actual = labelOf(subject, name);
    const found = isRegex ? fits(value, actual) : actual === value;
    return found === isEqual;
  };

/** The whole value, as in Alertmanager. A pattern's three repeats take time by the third power of the length: see `patternProblem`. */
const fits = (pattern: string, actual: string): boolean =>
  new RegExp(`^(?:${pattern})$`, 'su').test(actual.slice(0, comparedMaxChars));
const comparedMaxChars = 256;

function labelOf(subject: Subject, name: string): string {
  switch (name) {
    case 'service':
      return subject.service;
    case 'alertType':
    case 'alertname':
      return subject.alertType;
    case 'level':
      return subject.level;
    default:
      // A sender's own word for the severity, such as `page`, is among its labels.
      return subject.labels[name] ?? (name === 'severity' ? subject.level : '');
  }
}
