import type { Locale } from '../config/fields.ts';
import type { AlertType } from './catalogue.ts';
import type { TypeWords } from './type-words.ts';
import { wordsEn } from './words-en.ts';
import { wordsJa } from './words-ja.ts';

/** Words of each alert type; a type without both languages does not compile. */
export const alertWords: Record<Locale, Record<AlertType, TypeWords>> = { en: wordsEn, ja: wordsJa };
