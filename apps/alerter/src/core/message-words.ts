import type { Locale } from '@yoban/shared/config/fields';

interface MessageWords {
  since: (time: string) => string;
  over: (duration: string, suppressed: number) => string;
  /** "N alerts suppressed" is said in these letters in every language: scripts look for it (A4). */
  suppressed: (count: number) => string;
  folded: (count: number) => string;
  line: (title: string, count: number, open: boolean | null) => string;
  repeat: string;
  units: { d: string; h: string; min: string; s: string };
}

const en: MessageWords = {
  since: (time) => `Still firing since ${time}.`,
  over: (duration, suppressed) => `Lasted ${duration}${suppressed > 0 ? `, ${suppressed} alerts suppressed` : ''}.`,
  suppressed: (count) => `${count} alerts suppressed`,
  folded: (count) => `${count} more messages within a minute`,
  line: (title, count, open) => `• ${title}: ${count}${open === null ? '' : open ? ', STILL FIRING' : ', recovered'}`,
  repeat: '(re-sent, may be a repeat)',
  units: { d: ' d', h: ' h', min: ' min', s: ' s' },
};

const ja: MessageWords = {
  since: (time) => `${time} から継続中です。`,
  over: (duration, suppressed) => `継続時間 ${duration}${suppressed > 0 ? `、まとめた通知 ${suppressed}件` : ''}。`,
  suppressed: (count) => `${count} alerts suppressed（同じ通知 ${count}件をまとめました）`,
  folded: (count) => `1分間にほか ${count}件のお知らせ`,
  line: (title, count, open) => `・${title}: ${count}件${open === null ? '' : open ? '、継続中' : '、復旧済み'}`,
  repeat: '（再送のため、重複している可能性があります）',
  units: { d: '日', h: '時間', min: '分', s: '秒' },
};

/** Words of the messages themselves; those of each alert type are in the shared catalogue. */
export const messageWords: Record<Locale, MessageWords> = { en, ja };

/** `1 h 5 min`, `3 min 2 s`, `4 s`: the two largest units. */
export function durationText(durationMs: number, locale: Locale): string {
  const { units } = messageWords[locale];
  const s = Math.max(0, Math.round(durationMs / 1000));
  const parts = [
    { value: Math.floor(s / 86_400), unit: units.d },
    { value: Math.floor(s / 3_600) % 24, unit: units.h },
    { value: Math.floor(s / 60) % 60, unit: units.min },
    { value: s % 60, unit: units.s },
  ];
  const first = parts.findIndex((part) => part.value > 0);
  if (first < 0) return `0${units.s}`;
  const shown = parts.slice(first, first + 2).filter((part) => part.value > 0);
  return shown.map((part) => `${part.value}${part.unit}`).join(locale === 'en' ? ' ' : '');
}
