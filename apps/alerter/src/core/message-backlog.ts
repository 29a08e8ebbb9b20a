import { alertText } from '@yoban/shared/alerts/alert-text';
import type { Parts } from './message-frame.ts';
import { listParts } from './message-list.ts';
import { clockText, displayName, type MessageStyle, oneLine } from './message-style.ts';
import { messageWords } from './message-words.ts';
import type { BacklogNotice } from './notice.ts';

/** INFOs that waited for a channel as one message: a head line, then one line for each type with count, first and last time. */
export function backlogParts({ at, entries }: BacklogNotice, style: MessageStyle): Parts {
  const { locale, zone } = style;
  const words = messageWords[locale];
  const services = entries.map((one) => one.service);
  const isMixed = new Set(services).size > 1;
  const lines = entries.map(({ service, alertType, count, first, last, text }) => {
    const title = oneLine(alertText({ alertType, params: {}, state: 'info', text }, locale).title);
    const what = isMixed ? `${displayName(service, style)}: ${title}` : title;
    return words.backlogLine(what, words.times(count, clockText(first, zone), clockText(last, zone)));
  });
  const fact = words.backlog(entries.reduce((sum, { count }) => sum + count, 0));
  return listParts({ label: 'INFO', fact, services, lines, at }, style);
}
