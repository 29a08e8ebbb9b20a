export type Lang = 'en' | 'ja';

export const viewerWords = {
  en: {
    title: 'AI house, live',
    day: 'Day',
    cycle: 'Cycle',
    next: 'Next turn',
    viewers: 'Viewers',
    tips: 'Tips (1 h)',
    mood: 'mood',
  },
  ja: {
    title: 'AIの家 配信中',
    day: '日数',
    cycle: 'サイクル',
    next: '次のターン',
    viewers: '視聴者',
    tips: '投げ銭(1時間)',
    mood: '気分',
  },
} as const;

export const activityWords: Record<Lang, Record<string, string>> = {
  en: {},
  ja: {
    cooking: '料理中',
    reading: '読書中',
    sleeping: '睡眠中',
    cleaning: '掃除中',
    gaming: 'ゲーム中',
    singing: '歌っている',
    gardening: '庭仕事中',
    drawing: 'お絵描き中',
  },
};

/** `?lang=` wins, then the browser's first language that we speak, then English. */
export function pickLang(query: string | null, acceptLanguage: string | undefined): Lang {
  if (query === 'en' || query === 'ja') return query;
  const first = (acceptLanguage ?? '').toLowerCase().match(/\b(ja|en)\b/)?.[1];
  return first === 'ja' ? 'ja' : 'en';
}
