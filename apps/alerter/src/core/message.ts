import { alertText } from '@yoban/shared/alerts/alert-text';
import type { Locale } from '@yoban/shared/config/fields';
import { zoneDateTime, zoneName } from '@yoban/shared/zone-time';
import { durationText, messageWords } from './message-words.ts';
import type { AlertNotice, Notice } from './notice.ts';

export interface MessageStyle {
  locale: Locale;
  zone: string;
  /** Display names of services; a service without one is called by its name. */
  displayNames: Readonly<Record<string, string>>;
}

/** One message, ready for any channel. Plain text: a channel escapes it for its own markup. */
export interface Message {
  emoji: string;
  color: 'danger' | 'warning' | 'good';
  /** `[CRITICAL] <service>`: the first line without the emoji. */
  head: string;
  /** The lines below the head. */
  lines: string[];
  /** `[CRITICAL] <service> <fact>`, for channels with a subject. */
  subject: string;
}

const looks = {
  CRITICAL: { emoji: ':rotating_light:', color: 'danger' },
  WARNING: { emoji: ':warning:', color: 'warning' },
  INFO: { emoji: ':white_check_mark:', color: 'good' },
  RECOVERED: { emoji: ':white_check_mark:', color: 'good' },
} as const;

const levels = { critical: 'CRITICAL', warning: 'WARNING', info: 'INFO' } as const;

/** The words of a notice in the frame of A2. `mayRepeat` marks one whose earlier try may have arrived. */
export function composeMessage(notice: Notice, style: MessageStyle, mayRepeat = false): Message {
  const words = messageWords[style.locale];
  const { label, fact, lines } = 'lines' in notice ? countedParts(notice, style) : alertParts(notice, style);
  const head = `[${label}] ${oneLine(style.displayNames[notice.service] ?? notice.service)}`;
  const last = [`Time: ${timeText(notice.at, style.zone)}`, ...(mayRepeat ? [words.repeat] : [])];
  return { ...looks[label], head, lines: [...lines, ...last], subject: `${head} ${oneLine(fact)}` };
}

interface Parts {
  label: keyof typeof looks;
  fact: string;
  lines: string[];
}

function alertParts(notice: AlertNotice, { locale, zone }: MessageStyle): Parts {
  const words = messageWords[locale];
  const recovered = notice.kind === 'recovery';
  const state = recovered ? 'resolved' : notice.kind === 'info' ? 'info' : 'open';
  const text = alertText({ alertType: notice.alertType, params: notice.params, state }, locale);
  if (recovered) {
    const lasted = words.over(durationText(notice.at - notice.since, locale), notice.suppressed);
    return { label: 'RECOVERED', fact: text.title, lines: [text.short, lasted] };
  }
  const lines = [
    text.cause,
    text.effect,
    notice.lastError === null ? null : `Last error: "${oneLine(notice.lastError)}"`,
    notice.kind === 'still' ? words.since(timeText(notice.since, zone)) : null,
  ];
  return {
    label: notice.kind === 'info' ? 'INFO' : levels[notice.level],
    fact: text.title,
    lines: lines.filter((line) => line !== null && line !== '').map(String),
  };
}

function countedParts(notice: Exclude<Notice, AlertNotice>, { locale }: MessageStyle): Parts {
  const words = messageWords[locale];
  const total = notice.lines.reduce((sum, line) => sum + line.count, 0);
  const fact = notice.kind === 'summary' ? words.suppressed(total) : words.folded(total);
  const each = notice.lines.map(({ alertType, count, open }) => {
    const { title } = alertText({ alertType, params: {}, state: 'info' }, locale);
    return words.line(title, count, open);
  });
  return { label: 'INFO', fact, lines: [fact, ...each] };
}

const timeText = (at: number, zone: string): string => `${zoneDateTime(at, zone)} ${zoneName(at, zone)}`;

/** Text from outside must not make lines of its own: a forged `[RECOVERED]` line would look like ours. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
