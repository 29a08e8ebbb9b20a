import { alertText } from '@yoban/shared/alerts/alert-text';
import type { AlertLevel, AlertRecord } from '@yoban/shared/contracts/alert';

/** What a list of alerts is narrowed to; null: not at all. */
export interface AlertQuery {
  states: readonly AlertRecord['state'][] | null;
  levels: readonly AlertLevel[] | null;
  service: string | null;
  /** Words that all stand somewhere in the alert: its names, labels or words, in either language. */
  q: string | null;
  /** Only what comes after this place: `next` of the page before, or a time. */
  before: string | null;
  limit: number;
}

export interface AlertPage {
  alerts: AlertRecord[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
}

/** One page of alerts, newest first. */
export function alertPage(records: Iterable<AlertRecord>, query: AlertQuery): AlertPage {
  const { limit, before } = query;
  const found = [...records]
    .filter((record) => isWanted(record, query) && (before === null || placeOf(record) < before))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  const last = found[limit - 1];
  return { alerts: found.slice(0, limit), next: last && found.length > limit ? placeOf(last) : null };
}

/** Alerts of one moment need an order too, else a page could miss one or show it twice. */
const placeOf = ({ raisedAt, id }: AlertRecord): string => `${raisedAt} ${id}`;

function isWanted(record: AlertRecord, { states, levels, service, q }: AlertQuery): boolean {
  if (states && !states.includes(record.state)) return false;
  if (levels && !levels.includes(record.level)) return false;
  if (service !== null && record.service !== service) return false;
  if (q === null) return true;
  const text = textOf(record);
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function textOf(record: AlertRecord): string {
  const { id, service, alertType, lastError, labels } = record;
  const said = (['ja', 'en'] as const).flatMap((locale) => {
    const { title, cause, short } = alertText(record, locale);
    return [title, cause, short];
  });
  const named = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return [id, service, alertType, lastError ?? '', ...named, ...said].join('\n').toLowerCase();
}
