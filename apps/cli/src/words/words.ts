import { en } from './en.ts';
import { ja } from './ja.ts';

export type Words = typeof en;
export type CommandWords = Words['commands'];
export type Lang = 'ja' | 'en';

export const wordsIn = (lang: Lang): Words => (lang === 'ja' ? ja : en);

/** `--lang`, else the locale of the terminal, else English. An unknown `--lang` is null. */
export function chooseLang(given: string | undefined, env: Readonly<Record<string, string | undefined>>): Lang | null {
  if (given !== undefined) return given === 'ja' || given === 'en' ? given : null;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return locale.startsWith('ja') ? 'ja' : 'en';
}
