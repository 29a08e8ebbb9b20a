import { alertText } from '@yoban/shared/alerts/alert-text';
import { causeLines } from './message-alert.ts';
import { linesMax, type Parts } from './message-frame.ts';
import { clockText, displayName, type MessageStyle, minuteText, oneLine } from './message-style.ts';
import { messageWords } from './message-words.ts';
import type { DigestLine, DigestNotice } from './notice.ts';

const namesMax = 3;

/** A1: a digest of one WARNING is told like a single alert; of more, a head line and one line for each with count, first and last time. */
export function digestParts({ at, entries }: DigestNotice, style: MessageStyle): Parts {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0) return singleParts(only, style);
  const words = messageWords[style.locale];
  const services = [...new Set(entries.map((one) => one.service))];
  const named = services.slice(0, namesMax).map((one) => displayName(one, style));
  const fact = words.warnings(entries.length);
  const each = entries.slice(0, linesMax).map((one) => lineOf(one, services.length > 1, style));
  const rest = entries.length - each.length;
  return {
    label: 'WARNING',
    name: `${named.join(', ')}${services.length > namesMax ? ', …' : ''}`,
    fact,
    lines: [fact, ...each, ...(rest > 0 ? [words.andMore(rest)] : [])],
    at,
  };
}

function singleParts(entry: DigestLine, style: MessageStyle): Parts {
  const { zone, locale } = style;
  const words = messageWords[locale];
  const { title } = alertText({ ...entry, state: 'open' }, locale);
  const times = words.times(entry.count, clockText(entry.first, zone), clockText(entry.last, zone));
  return {
    label: 'WARNING',
    name: displayName(entry.service, style),
    fact: title,
    lines: [
      ...causeLines(entry, style),
      ...(entry.count > 1 ? [times] : []),
      ...(entry.recoveredAt === null
        ? []
        : [words.recoveredLine(minuteText(entry.first, zone), minuteText(entry.recoveredAt, zone))]),
    ],
    at: entry.last,
  };
}

function lineOf(entry: DigestLine, withName: boolean, style: MessageStyle): string {
  const { zone, locale } = style;
  const words = messageWords[locale];
  const { first, last, count, recoveredAt } = entry;
  const title = oneLine(alertText({ ...entry, state: 'open' }, locale).title);
  const what = withName ? `${displayName(entry.service, style)}: ${title}` : title;
  const times = words.times(count, clockText(first, zone), clockText(last, zone));
  const state =
    recoveredAt === null ? words.firing : words.recovered(minuteText(first, zone), minuteText(recoveredAt, zone));
  return words.digestLine(what, times, state);
}
