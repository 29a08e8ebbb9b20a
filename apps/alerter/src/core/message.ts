import { alertText } from '@yoban/shared/alerts/alert-text';
import { alertParts } from './message-alert.ts';
import { digestParts } from './message-digest.ts';
import { framed, type Message, type Parts } from './message-frame.ts';
import { displayName, type MessageStyle, oneLine } from './message-style.ts';
import { messageWords } from './message-words.ts';
import type { CountedNotice, Notice } from './notice.ts';

export type { Message, MessageStyle };

/** The words of a notice in the frame of A2. `mayRepeat` marks one whose earlier try may have arrived. */
export function composeMessage(notice: Notice, style: MessageStyle, mayRepeat = false): Message {
  return framed(partsOf(notice, style), style, mayRepeat);
}

function partsOf(notice: Notice, style: MessageStyle): Parts {
  switch (notice.kind) {
    case 'digest':
      return digestParts(notice, style);
    case 'summary':
    case 'fold':
      return countedParts(notice, style);
    default:
      return alertParts(notice, style);
  }
}

function countedParts(notice: CountedNotice, style: MessageStyle): Parts {
  const { locale } = style;
  const words = messageWords[locale];
  const total = notice.lines.reduce((sum, line) => sum + line.count, 0);
  const fact = notice.kind === 'summary' ? words.suppressed(total) : words.folded(total);
  const each = notice.lines.map(({ alertType, count, open, text }) => {
    const { title } = alertText({ alertType, params: {}, state: 'info', text }, locale);
    return words.line(oneLine(title), count, open);
  });
  return { label: 'INFO', name: displayName(notice.service, style), fact, lines: [fact, ...each], at: notice.at };
}
