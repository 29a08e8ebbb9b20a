import { type AlertText, alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { Locale } from '../../i18n/messages.ts';

/** One line of the list. A resolved alert makes two: that it began, and that it is over. */
export interface AlertLine {
  key: string;
  kind: 'raised' | 'recovered' | 'info';
  level: AlertRecord['level'];
  tag: 'CRIT' | 'WARN' | 'INFO';
  shape: 'error' | 'warn' | 'ok' | 'info';
  atMs: number;
  /** Text in the list, in full sentences of the catalogue. */
  text: AlertText;
  record: AlertRecord;
}

const tags = { critical: 'CRIT', warning: 'WARN', info: 'INFO' } as const;
const shapes = { critical: 'error', warning: 'warn', info: 'info' } as const;

function linesOf(record: AlertRecord, locale: Locale): AlertLine[] {
  const text = (state: AlertRecord['state']) => alertText({ ...record, state }, locale);
  const began: AlertLine = {
    key: `${record.id}/raised`,
    kind: record.state === 'info' ? 'info' : 'raised',
    level: record.level,
    tag: tags[record.level],
    shape: shapes[record.level],
    atMs: Date.parse(record.raisedAt),
    text: text(record.state === 'info' ? 'info' : 'open'),
    record,
  };
  if (record.state !== 'resolved' || record.resolvedAt === null) return [began];
  const over: AlertLine = {
    key: `${record.id}/recovered`,
    kind: 'recovered',
    level: 'info',
    tag: 'INFO',
    shape: 'ok',
    atMs: Date.parse(record.resolvedAt),
    text: text('resolved'),
    record,
  };
  return [over, began];
}

/** All lines of the records, newest first; at the same moment the end stands above the beginning. */
export function alertLines(records: readonly AlertRecord[], locale: Locale): AlertLine[] {
  return records.flatMap((record) => linesOf(record, locale)).sort((a, b) => b.atMs - a.atMs);
}

/** Repeats that were counted instead of sent (A4), over all records. */
export const repeatsHeldBack = (records: readonly AlertRecord[]): number =>
  records.reduce((sum, { suppressed }) => sum + suppressed, 0);

/** Channels that got this line, each once, in the order of sending. */
export function channelsOf({ kind, record }: AlertLine): string[] {
  const wanted = kind === 'recovered' ? ['recovery'] : kind === 'info' ? ['info'] : ['raise', 'digest', 'escalation'];
  const sent = record.notices.filter((notice) => wanted.includes(notice.kind) && notice.state === 'sent');
  return [...new Set(sent.map(({ channel }) => channel))];
}
