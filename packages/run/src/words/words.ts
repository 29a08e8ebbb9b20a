import { en } from './en.ts';
import { ja } from './ja.ts';

export type RunWords = typeof en;
export type RunOptionWords = RunWords['options'];
export type Lang = 'ja' | 'en';

export const runWords = (lang: Lang): RunWords => (lang === 'ja' ? ja : en);

/** `--lang` where it is given, else the locale, else English. */
export function runLang(given: string | undefined, env: Readonly<Record<string, string | undefined>>): Lang {
  const locale = given ?? (env.LC_ALL || env.LC_MESSAGES || env.LANG || '');
  return locale.startsWith('ja') ? 'ja' : 'en';
}
