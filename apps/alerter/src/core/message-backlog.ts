import { alertText } from '@yoban/shared/alerts/alert-text';
import { linesMax, type Parts } from './message-frame.ts';
import { clockText, displayName, type MessageStyle, oneLine } from './message-style.ts';
import { messageWords } from './message-words.ts';
import type { BacklogNotice } from './notice.ts';

const namesMax = 3;

/** INFOs that waited for a channel as one message: a head line, then one line for each type with count, first and last time. */
export function backlogParts({ at, entries }: BacklogNotice, style: MessageStyle): Parts {
  const { locale, zone } = style;
  const words = messageWords[locale];
  const services = [...new Set(entries.map((one) => one.service))];
  const named = services.slice(0, namesMax).map((one) => displayName(one, style));
  const fact = words.backlog(entries.reduce((sum, { count }) => sum + count, 0));
  const each = entries.slice(0, linesMax).map(({ service, alertType, count, first, last, text }) => {
    const title = oneLine(alertText({ alertType, params: {}, state: 'info', text }, locale).title);
    const what = services.length > 1 ? `${displayName(service, style)}: ${title}` : title;
    return words.backlogLine(what, words.times(count, clockText(first, zone), clockText(last, zone)));
  });
  const rest = entries.length - each.length;
  return {
    label: 'INFO',
    name: `${named.join(', ')}${services.length > namesMax ? ', …' : ''}`,
    fact,
    lines: [fact, ...each, ...(rest > 0 ? [words.andMore(rest)] : [])],
    at,
  };
}
