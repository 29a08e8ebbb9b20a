import type { Locale } from '../i18n/messages.ts';

export type Theme = 'light' | 'dark' | 'system';
export interface Preferences {
  locale: Locale | null;
  theme: Theme;
}

const LOCALE_KEY = 'yoban.locale';
const THEME_KEY = 'yoban.theme';

/** What this browser remembers. A browser that forbids storage behaves like a new one. */
export function readPreferences(storage: Pick<Storage, 'getItem'> | null): Preferences {
  const locale = storage?.getItem(LOCALE_KEY);
  const theme = storage?.getItem(THEME_KEY);
  return {
    locale: locale === 'ja' || locale === 'en' ? locale : null,
    theme: theme === 'light' || theme === 'dark' ? theme : 'system',
  };
}

export function writePreferences(
  storage: Pick<Storage, 'setItem' | 'removeItem'> | null,
  preferences: Preferences,
): void {
  if (!storage) return;
  if (preferences.locale) storage.setItem(LOCALE_KEY, preferences.locale);
  if (preferences.theme === 'system') storage.removeItem(THEME_KEY);
  else storage.setItem(THEME_KEY, preferences.theme);
}

/** Local storage, or null where reading it throws (site data blocked). */
export function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}
