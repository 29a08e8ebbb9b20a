import type { Locale } from '@yoban/shared/config/fields';

interface Passed {
  from: string;
  to: string;
  delay: string;
  /** What it is about did not run meanwhile. */
  down: boolean;
  suppressed: number;
}

interface MessageWords {
  /** Why a CRITICAL that is open is told (again) now. */
  still: Record<'reminder' | 'window' | 'silence' | 'parent', (since: string) => string>;
  escalated: (since: string) => string;
  acked: (by: string) => string;
  over: (duration: string, suppressed: number) => string;
  /** Began and ended before it could be told. */
  passed: (told: Passed) => string;
  delayed: (delay: string) => string;
  /** INFOs of an outage as one message: its head line, and each of its lines. */
  backlog: (count: number) => string;
  backlogLine: (what: string, times: string) => string;
  via: Record<'silent' | 'refused' | 'quota', (channel: string, seconds: number) => string>;
  /** The English words stand in every language: people look for them. */
  direct: string;
  /** "N alerts suppressed" is said in these letters in every language: scripts look for it (A4). */
  suppressed: (count: number) => string;
  folded: (count: number) => string;
  line: (title: string, count: number, open: boolean | null) => string;
  /** A digest's head line, and each of its lines. */
  warnings: (count: number) => string;
  digestLine: (what: string, times: string, state: string) => string;
  times: (count: number, first: string, last: string) => string;
  firing: string;
  recovered: (from: string, to: string) => string;
  recoveredLine: (from: string, to: string) => string;
  andMore: (count: number) => string;
  testFact: string;
  test: (channel: string, actor: string) => string[];
  repeat: string;
  units: { d: string; h: string; min: string; s: string };
}

const en: MessageWords = {
  still: {
    reminder: (since) => `Still firing since ${since}.`,
    window: (since) => `It came back and has been firing since ${since}.`,
    silence: (since) => `The silence is over; still firing since ${since}.`,
    parent: (since) => `What explained it is over; still firing since ${since}.`,
  },
  escalated: (since) => `Escalated: nobody has acknowledged it. Firing since ${since}.`,
  acked: (by) => `Acknowledged by ${by}.`,
  over: (duration, suppressed) => `Lasted ${duration}${suppressed > 0 ? `, ${suppressed} alerts suppressed` : ''}.`,
  passed: ({ from, to, delay, down, suppressed }) =>
    `${down ? 'Was down' : 'Lasted'} ${from}–${to}, notice delayed ${delay}${suppressed > 0 ? `, ${suppressed} alerts suppressed` : ''}.`,
  delayed: (delay) => `Notice delayed ${delay}.`,
  backlog: (count) => `${count} messages that could not be delivered before`,
  backlogLine: (what, times) => `• ${what}: ${times}`,
  via: {
    silent: (channel, seconds) => `${channel} could not be reached for ${seconds} s, so this comes here.`,
    refused: (channel) => `${channel} did not take this message, so it comes here.`,
    quota: (channel) => `${channel} takes no more messages for now, so this comes here.`,
  },
  direct: 'dedup unavailable: Redis is away',
  suppressed: (count) => `${count} alerts suppressed`,
  folded: (count) => `${count} more messages within a minute`,
  line: (title, count, open) => `• ${title}: ${count}${open === null ? '' : open ? ', STILL FIRING' : ', recovered'}`,
  warnings: (count) => `${count} warnings`,
  digestLine: (what, times, state) => `• ${what}: ${times}, ${state}`,
  times: (count, first, last) => (count === 1 ? `once at ${first}` : `${count} times, first ${first}, last ${last}`),
  firing: 'STILL FIRING',
  recovered: (from, to) => `recovered ${from}–${to}`,
  recoveredLine: (from, to) => `Recovered: ${from}–${to}.`,
  andMore: (count) => `… and ${count} more`,
  testFact: 'Test message',
  test: (channel, actor) => [`This is a test of the channel ${channel}, asked for by ${actor}.`, 'Nothing is wrong.'],
  repeat: '(re-sent, may be a repeat)',
  units: { d: ' d', h: ' h', min: ' min', s: ' s' },
};

const ja: MessageWords = {
  still: {
    reminder: (since) => `${since} から継続中です。`,
    window: (since) => `再び発生し、${since} から継続中です。`,
    silence: (since) => `通知の停止が終わりました。${since} から継続中です。`,
    parent: (since) => `原因とみられる障害は終わりましたが、${since} から継続中です。`,
  },
  escalated: (since) => `エスカレーション: まだ誰も確認していません。${since} から継続中です。`,
  acked: (by) => `${by} さんが確認しました。`,
  over: (duration, suppressed) => `継続時間 ${duration}${suppressed > 0 ? `、まとめた通知 ${suppressed}件` : ''}。`,
  passed: ({ from, to, delay, down, suppressed }) =>
    `${from}–${to} に${down ? '停止' : '発生'}していました。通知は${delay}遅れています${suppressed > 0 ? `（まとめた通知 ${suppressed}件）` : ''}。`,
  delayed: (delay) => `通知は${delay}遅れています。`,
  backlog: (count) => `届けられなかったお知らせ ${count}件`,
  backlogLine: (what, times) => `・${what}: ${times}`,
  via: {
    silent: (channel, seconds) => `${channel} に${seconds}秒間届かなかったため、こちらへお知らせします。`,
    refused: (channel) => `${channel} がこの通知を受け付けなかったため、こちらへお知らせします。`,
    quota: (channel) => `${channel} は現在これ以上送信できないため、こちらへお知らせします。`,
  },
  direct: 'dedup unavailable: Redis is away（Redis が応答しないため、重複を抑えられません）',
  suppressed: (count) => `${count} alerts suppressed（同じ通知 ${count}件をまとめました）`,
  folded: (count) => `1分間にほか ${count}件のお知らせ`,
  line: (title, count, open) => `・${title}: ${count}件${open === null ? '' : open ? '、継続中' : '、復旧済み'}`,
  warnings: (count) => `警告 ${count}件`,
  digestLine: (what, times, state) => `・${what}: ${times}、${state}`,
  times: (count, first, last) => (count === 1 ? `${first} に1回` : `${count}回（最初 ${first}、最後 ${last}）`),
  firing: '継続中',
  recovered: (from, to) => `復旧済み ${from}–${to}`,
  recoveredLine: (from, to) => `すでに復旧しています: ${from}–${to}。`,
  andMore: (count) => `… ほか ${count}件`,
  testFact: '通知テスト',
  test: (channel, actor) => [
    `${actor} さんの依頼による、通知先 ${channel} のテストです。`,
    '異常はありません。対応は不要です。',
  ],
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
