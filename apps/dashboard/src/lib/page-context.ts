import { createContext, useContext } from 'react';
import type { Locale, Messages } from '../i18n/messages.ts';
import type { ApiClient } from './api-client.ts';
import type { LiveSocket } from './live-socket.ts';
import type { Theme } from './preferences.ts';
import type { ServerClock } from './server-clock.ts';
import type { UiConfig } from './ui-config.ts';

/** What main.tsx makes once and every page may use. */
export interface Services {
  api: ApiClient;
  live: LiveSocket;
  clock: ServerClock;
  /** A clock that never jumps, milliseconds. */
  monotonicMs: () => number;
}

export interface PreferenceControls {
  locale: Locale;
  words: Messages;
  theme: Theme;
  setLocale: (locale: Locale) => void;
  setTheme: (theme: Theme) => void;
}

export const ServicesContext = createContext<Services | null>(null);
export const PreferencesContext = createContext<PreferenceControls | null>(null);
export const UiConfigContext = createContext<UiConfig | null>(null);

function required<T>(value: T | null, name: string): T {
  if (value === null) throw new Error(`${name} is used outside its provider`);
  return value;
}

export const useServices = (): Services => required(useContext(ServicesContext), 'Services');
export const usePreferences = (): PreferenceControls => required(useContext(PreferencesContext), 'Preferences');
export const useWords = (): Messages => usePreferences().words;
export const useLocale = (): Locale => usePreferences().locale;
/** Only inside the signed-in part of the page. */
export const useUiConfig = (): UiConfig => required(useContext(UiConfigContext), 'UiConfig');
export const useZone = (): string => useUiConfig().timezone;
