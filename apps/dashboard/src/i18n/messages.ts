import type { en } from './en.ts';

export type Locale = 'en' | 'ja';

/** The shape of every language: the English keys, each a text or a sentence with the same blanks. */
export type Messages = {
  readonly [K in keyof typeof en]: (typeof en)[K] extends (...blanks: infer Blanks) => string
    ? (...blanks: Blanks) => string
    : string;
};
