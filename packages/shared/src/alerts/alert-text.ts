import type { Locale } from '../config/fields.ts';
import type { AlertParams } from '../contracts/alert.ts';
import { isAlertType } from './catalogue.ts';
import { alertWords } from './words.ts';

export interface AlertText {
  /** Mail subject's fact, e.g. `Process down`. */
  title: string;
  /** The cause with its current value, one sentence. */
  cause: string;
  /** What it means for users, or null. */
  effect: string | null;
  /** One line for lists: the cause, or for a resolved alert that it is over. */
  short: string;
}

interface Told {
  alertType: string;
  params: AlertParams;
  state: 'open' | 'resolved' | 'info';
}

/** The words of an alert in one language. A type that is not in the catalogue (from outside) is told by its own name and `text`. */
export function alertText(alert: Told, locale: Locale): AlertText {
  const words = isAlertType(alert.alertType) ? alertWords[locale][alert.alertType] : null;
  const text = typeof alert.params.text === 'string' ? alert.params.text : alert.alertType;
  const title = words ? words.title : alert.alertType;
  const cause = words ? words.cause(alert.params) : text;
  const over = words?.recovered
    ? words.recovered(alert.params)
    : locale === 'ja'
      ? `回復: ${title}`
      : `Recovered: ${title}`;
  return {
    title,
    cause,
    effect: words?.effect?.(alert.params) ?? null,
    short: alert.state === 'resolved' ? over : cause,
  };
}
