import type { AlertLevel, AlertRecord } from '@yoban/shared/contracts/alert';

/** What the list of alerts is narrowed to. It lives in the address, so that a view can be kept, shared and gone back to. */
export interface AlertFilter {
  state: 'all' | 'open' | 'acked' | 'resolved' | 'info';
  level: AlertLevel | 'all';
  service: string;
  text: string;
}

export const alertStates = ['all', 'open', 'acked', 'resolved', 'info'] as const;
export const alertLevels = ['all', 'critical', 'warning', 'info'] as const;

const oneOf = <T extends string>(known: readonly T[], given: string | null, otherwise: T): T =>
  known.find((one) => one === given) ?? otherwise;

/** The filter of an address; what it does not name, or names wrongly, is not narrowed. */
export const filterOf = (search: URLSearchParams): AlertFilter => ({
  state: oneOf(alertStates, search.get('state'), 'all'),
  level: oneOf(alertLevels, search.get('level'), 'all'),
  service: search.get('service') ?? '',
  text: search.get('q') ?? '',
});

/** The query of the filter, for the address and for the server alike; empty when nothing is narrowed. */
export function searchOf({ state, level, service, text }: AlertFilter): URLSearchParams {
  const search = new URLSearchParams();
  if (state !== 'all') search.set('state', state);
  if (level !== 'all') search.set('level', level);
  if (service !== '') search.set('service', service);
  if (text.trim() !== '') search.set('q', text.trim());
  return search;
}

export const isNarrowed = (filter: AlertFilter): boolean => searchOf(filter).size > 0;

export interface AlertPage {
  alerts: AlertRecord[];
  next: string | null;
}

/** The pages with a changed record in the place of its older self. A record that none of them holds is not theirs to add. */
export const withRecord = (pages: readonly AlertPage[], record: AlertRecord): AlertPage[] =>
  pages.map((page) =>
    page.alerts.some(({ id }) => id === record.id)
      ? { ...page, alerts: page.alerts.map((one) => (one.id === record.id ? record : one)) }
      : page,
  );
