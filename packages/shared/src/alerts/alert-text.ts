import type { Locale } from '../config/fields.ts';
import type { AlertParams, AlertRecord, OwnText } from '../contracts/alert.ts';
import { isAlertType } from './catalogue.ts';
import { policyFaultWords } from './policy-words.ts';
import type { TypeWords } from './type-words.ts';
import { alertWords } from './words.ts';

export interface AlertText {
  /** Mail subject's fact, e.g. `Process down`. */
  title: string;
  /** The cause with its current value, one sentence. */
  cause: string;
  /** More of it, a line each; most alerts have none. */
  details: string[];
  /** What it means for users, or null. */
  effect: string | null;
  /** One line for lists: the cause, or for a resolved alert that it is over. */
  short: string;
}

interface Told {
  alertType: string;
  params: AlertParams;
  state: AlertRecord['state'];
  /** Words it brought along; those of the catalogue go before them. */
  text?: OwnText | null;
}

/** A policy may tell a fault under any type; `fault` among its values marks it. */
function wordsOf({ alertType, params }: Told, locale: Locale): TypeWords | null {
  if (isAlertType(alertType)) return alertWords[locale][alertType];
  if (typeof params.fault !== 'string') return null;
  const words = policyFaultWords[locale];
  return { ...words, title: `${words.title} ${params.fault}` };
}

/** The words of an alert in one language. A type that is not in the catalogue (from outside) is told by its own words, or by its name. */
export function alertText(alert: Told, locale: Locale): AlertText {
  const words = wordsOf(alert, locale);
  const title = words?.title ?? alert.text?.title ?? alert.alertType;
  const cause = words ? words.cause(alert.params) : ownCause(alert, title);
  const over = words?.recovered
    ? words.recovered(alert.params)
    : locale === 'ja'
      ? `回復: ${title}`
      : `Recovered: ${title}`;
  return {
    title,
    cause,
    details: words?.details?.(alert.params) ?? [],
    effect: words?.effect?.(alert.params) ?? null,
    short: alert.state === 'resolved' ? over : cause,
  };
}

const ownCause = ({ params, text }: Told, title: string): string =>
  text?.description || (typeof params.text === 'string' ? params.text : title);
