import { alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertType } from '@yoban/shared/alerts/catalogue';
import type { Parts } from './message-frame.ts';
import { displayName, type MessageStyle, oneLine, spanText, timeText } from './message-style.ts';
import { durationText, messageWords } from './message-words.ts';
import type { AlertNotice } from './notice.ts';

const levels = { critical: 'CRITICAL', warning: 'WARNING', info: 'INFO' } as const;

/** A message about one alert: its cause with the current value, what it means, the last error; a recovery tells how long it was. */
export function alertParts(notice: AlertNotice, style: MessageStyle, delayMs: number): Parts {
  const { locale, zone } = style;
  const words = messageWords[locale];
  const { kind, alertType, params, level, at, since } = notice;
  const state = kind === 'recovery' || kind === 'passed' ? 'resolved' : kind === 'info' ? 'info' : 'open';
  const told = alertText({ alertType, params, state, text: notice.text }, locale);
  const common = { name: displayName(notice.service, style), fact: told.title, at };
  if (kind === 'recovery') {
    const lasted = words.over(durationText(at - since, locale), notice.suppressed);
    return { ...common, label: 'RECOVERED', lines: [told.short, lasted] };
  }
  if (kind === 'passed') {
    const delay = durationText(delayMs, locale);
    const times = spanText(since, at, zone);
    const sentence = words.passed({ ...times, delay, down: isDown.has(alertType), suppressed: notice.suppressed });
    return { ...common, label: 'RECOVERED', lines: [told.short, sentence] };
  }
  const lines = [
    ...causeLines({ alertType, params, lastError: notice.lastError, text: notice.text }, style),
    kind === 'still' ? words.still[notice.because ?? 'reminder'](timeText(since, zone)) : null,
    kind === 'ack' ? words.acked(oneLine(notice.ackedBy ?? '?')) : null,
    kind === 'escalation' ? words.escalated(timeText(since, zone)) : null,
  ];
  return { ...common, label: kind === 'info' ? 'INFO' : levels[level], lines: lines.filter((line) => line !== null) };
}

/** Types that say that something did not run. */
const isDown: ReadonlySet<string> = new Set([
  'process_down',
  'health_unreachable',
  'kit_down',
  'bus_down',
  'llm_down',
] satisfies AlertType[]);

type Told = Pick<AlertNotice, 'alertType' | 'params' | 'lastError' | 'text'>;

/** Cause, more of it, effect and last error, each on its line where there is one. */
export function causeLines({ alertType, params, lastError, text }: Told, { locale }: MessageStyle): string[] {
  const told = alertText({ alertType, params, state: 'open', text }, locale);
  const error = lastError === null ? null : `Last error: "${oneLine(lastError)}"`;
  const lines = [told.cause, ...told.details, told.effect, error].filter((line) => line !== null);
  return lines.map(oneLine).filter((line) => line !== '');
}
