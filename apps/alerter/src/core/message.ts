import { alertText } from '@yoban/shared/alerts/alert-text';
import { SECOND } from '@yoban/shared/contracts/time';
import { isLate, usualPatience } from './late.ts';
import { alertParts } from './message-alert.ts';
import { backlogParts } from './message-backlog.ts';
import { digestParts } from './message-digest.ts';
import { framed, linesMax, type Message, type Parts } from './message-frame.ts';
import { displayName, type MessageStyle, oneLine } from './message-style.ts';
import { durationText, messageWords } from './message-words.ts';
import type { CountedNotice, Notice } from './notice.ts';

export type { Message, MessageStyle };

export interface Sending {
  /** An earlier try may have arrived. */
  mayRepeat?: boolean;
  /** How long it has waited to be sent, and from when on that is worth a word; ms. */
  delayMs?: number;
  lateMs?: number;
}

/** The words of a notice in the frame of A2, as they are right at the moment of its sending. */
export function composeMessage(notice: Notice, style: MessageStyle, sending: Sending = {}): Message {
  const { mayRepeat = false, delayMs = 0, lateMs = usualPatience.lateMs } = sending;
  const parts = partsOf(notice, style, delayMs);
  return framed(
    { ...parts, lines: [...parts.lines, ...aboutSending(notice, style, { delayMs, lateMs })] },
    style,
    mayRepeat,
  );
}

/** Why it comes late, here, or without looking what was told before. */
function aboutSending(
  notice: Notice,
  { locale }: MessageStyle,
  { delayMs, lateMs }: { delayMs: number; lateMs: number },
): string[] {
  const words = messageWords[locale];
  const via = 'via' in notice ? notice.via : undefined;
  return [
    ...(via ? [words.via[via.why](oneLine(via.channel), Math.round(via.forMs / SECOND))] : []),
    ...(isLate(delayMs, lateMs) && notice.kind !== 'passed' ? [words.delayed(durationText(delayMs, locale))] : []),
    ...('direct' in notice && notice.direct ? [words.direct] : []),
  ];
}

function partsOf(notice: Notice, style: MessageStyle, delayMs: number): Parts {
  switch (notice.kind) {
    case 'digest':
      return digestParts(notice, style);
    case 'backlog':
      return backlogParts(notice, style);
    case 'summary':
    case 'fold':
      return countedParts(notice, style);
    default:
      return alertParts(notice, style, delayMs);
  }
}

function countedParts(notice: CountedNotice, style: MessageStyle): Parts {
  const { locale } = style;
  const words = messageWords[locale];
  const total = notice.lines.reduce((sum, line) => sum + line.count, 0);
  const fact = notice.kind === 'summary' ? words.suppressed(total) : words.folded(total);
  const each = notice.lines.slice(0, linesMax).map(({ alertType, count, open, text }) => {
    const { title } = alertText({ alertType, params: {}, state: 'info', text }, locale);
    return words.line(oneLine(title), count, open);
  });
  const rest = notice.lines.length - each.length;
  const lines = [fact, ...each, ...(rest > 0 ? [words.andMore(rest)] : [])];
  return { label: 'INFO', name: displayName(notice.service, style), fact, lines, at: notice.at };
}
