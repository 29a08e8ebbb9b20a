import { type QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { Locale } from '../i18n/messages.ts';
import { messagesOf } from '../i18n/messages-of.ts';
import { PreferencesContext, type Services, ServicesContext } from '../lib/page-context.ts';
import { browserStorage, type Preferences, readPreferences, type Theme, writePreferences } from '../lib/preferences.ts';

const browserLocale = (): Locale => (navigator.language.startsWith('ja') ? 'ja' : 'en');

function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

/** Language and colours: what the person chose here, else what the browser asks for. */
function PreferencesProvider({ children }: { children: ReactNode }) {
  const [preferences, setPreferences] = useState<Preferences>(() => readPreferences(browserStorage()));
  const locale = preferences.locale ?? browserLocale();
  useEffect(() => {
    document.documentElement.lang = locale;
    applyTheme(preferences.theme);
  }, [locale, preferences.theme]);
  const change = (changed: Partial<Preferences>) => {
    const next = { ...preferences, ...changed };
    writePreferences(browserStorage(), next);
    setPreferences(next);
  };
  const controls = {
    locale,
    words: messagesOf(locale),
    theme: preferences.theme,
    setLocale: (chosen: Locale) => change({ locale: chosen }),
    setTheme: (theme: Theme) => change({ theme }),
  };
  return <PreferencesContext value={controls}>{children}</PreferencesContext>;
}

export function Providers({
  client,
  services,
  children,
}: {
  client: QueryClient;
  services: Services;
  children: ReactNode;
}) {
  return (
    <QueryClientProvider client={client}>
      <ServicesContext value={services}>
        <PreferencesProvider>{children}</PreferencesProvider>
      </ServicesContext>
    </QueryClientProvider>
  );
}
