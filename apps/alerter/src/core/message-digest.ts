import { alertText } from '@yoban/shared/alerts/alert-text';
import { causeLines } from './message-alert.ts';
import type { Parts } from './message-frame.ts';
import { listParts } from './message-list.ts';
import { clockText, displayName, type MessageStyle, minuteText, oneLine } from './message-style.ts';
import { messageWords } from './message-words.ts';
import type { DigestLine, DigestNotice } from './notice.ts';

/** A1: a digest of one WARNING is told like a single alert; of more, a head line and one line for each with count, first and last time. */
export function digestParts({ at, entries }: DigestNotice, style: MessageStyle): Parts {
  const [only, ...others] = entries;
  if (only !== undefined && others.length === 0) return singleParts(only, style);
  const services = entries.map((one) => one.service);
  const isMixed = new Set(services).size > 1;
  const lines = entries.map((one) => lineOf(one, isMixed, style));
  const fact = messageWords[style.locale].warnings(entries.length);
  return listParts({ label: 'WARNING', fact, services, lines, at }, style);
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
