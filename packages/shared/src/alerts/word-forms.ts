import type { Locale } from '../config/fields.ts';
import type { AlertParams } from '../contracts/alert.ts';
import { supervisorName } from './supervisor-name.ts';

/** A number with at most so many digits behind the point; `?` for none. */
export const num = (value: AlertParams[string] | undefined, digits = 1): string =>
  typeof value === 'number' ? String(Number(value.toFixed(digits))) : '?';
/** A small database is not "0 MB". */
export const size = (p: AlertParams): string =>
  typeof p.sizeMb === 'number' && p.sizeMb < 1 ? `${num(p.sizeMb * 1_000, 0)} kB` : `${num(p.sizeMb)} MB`;
/** A value as text; `?` for none. */
export const str = (value: AlertParams[string] | undefined): string =>
  value === undefined || value === null ? '?' : String(value);

/** Who supervises, by the name of the program. */
export const supervisor = (p: AlertParams): string => supervisorName(str(p.supervisor));

/** "(n of m)" of a supervisor's restarts, or nothing where the supervisor has no limit. */
export const nOfM = (p: AlertParams, locale: Locale): string => {
  if (typeof p.restarts !== 'number' || typeof p.restartLimit !== 'number') return '';
  return locale === 'ja' ? `（${p.restarts}/${p.restartLimit}回目）` : ` (${p.restarts} of ${p.restartLimit})`;
};

/** " (n of m)" of a month's messages, or nothing where the receiver did not say. */
export const ofLimit = (p: AlertParams): string =>
  typeof p.limit === 'number' ? ` (${num(p.used, 0)}/${p.limit})` : '';

/** How long it was down: tenths of a second only while they matter. */
export const seconds = (p: AlertParams): string =>
  num(
    typeof p.downMs === 'number' ? p.downMs / 1000 : undefined,
    p.downMs !== null && Number(p.downMs) < 10_000 ? 1 : 0,
  );

/** `4,120`, read alike in both languages. */
export const whole = (value: AlertParams[string] | undefined): string =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 0 }) : '?';
/** `99.98%`. */
export const percent = (value: AlertParams[string] | undefined): string =>
  typeof value === 'number' ? `${num(value, 2)}%` : '?';

/** A line for each part that the service has. */
export const lines = (...parts: [there: unknown, text: string][]): string[] =>
  parts.flatMap(([there, text]) => (typeof there === 'number' ? [text] : []));

/** Whole days of a time in seconds, and the hours beyond them. */
export const days = (value: AlertParams[string] | undefined): string =>
  typeof value === 'number' ? String(Math.floor(value / 86_400)) : '?';
export const hours = (value: AlertParams[string] | undefined): string =>
  typeof value === 'number' ? String(Math.floor(value / 3_600) % 24) : '?';
