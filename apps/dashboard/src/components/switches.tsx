import type { Locale } from '../i18n/messages.ts';
import { usePreferences } from '../lib/page-context.ts';
import type { Theme } from '../lib/preferences.ts';
import { LineIcon } from './icons.tsx';

const languages: { locale: Locale; name: string }[] = [
  { locale: 'en', name: 'EN' },
  { locale: 'ja', name: '日本語' },
];

export function LanguageSwitch() {
  const { locale, setLocale, words } = usePreferences();
  return (
    <fieldset className="seg" aria-label={words.language}>
      {languages.map((language) => (
        <button
          key={language.locale}
          type="button"
          lang={language.locale}
          aria-pressed={locale === language.locale}
          onClick={() => setLocale(language.locale)}
          data-testid={`locale.${language.locale}`}
        >
          {language.name}
        </button>
      ))}
    </fieldset>
  );
}

export function ThemeSwitch() {
  const { theme, setTheme, words } = usePreferences();
  const themes: { theme: Theme; name: string }[] = [
    { theme: 'light', name: words.themeLight },
    { theme: 'dark', name: words.themeDark },
    { theme: 'system', name: words.themeSystem },
  ];
  return (
    <fieldset className="seg" aria-label={words.theme}>
      {themes.map((choice) => (
        <button
          key={choice.theme}
          type="button"
          title={choice.name}
          aria-pressed={theme === choice.theme}
          onClick={() => setTheme(choice.theme)}
          data-testid={`theme.${choice.theme}`}
        >
          <LineIcon name={choice.theme} px={14} />
          <span className="sr">{choice.name}</span>
        </button>
      ))}
    </fieldset>
  );
}
