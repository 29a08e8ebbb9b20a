import { en } from './en.ts';
import { ja } from './ja.ts';
import type { Locale, Messages } from './messages.ts';

/** Every word of the page in one language. */
export const messagesOf = (locale: Locale): Messages => (locale === 'ja' ? ja : en);
