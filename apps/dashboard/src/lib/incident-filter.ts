import type { Incident } from '@yoban/shared/contracts/incident';
import type { IncidentPage } from '@yoban/shared/contracts/incident-figures';

/** What the list of incidents is narrowed to. It lives in the address, as that of the alerts. */
export interface IncidentFilter {
  state: (typeof incidentStates)[number];
  service: string;
}

export const incidentStates = ['all', 'open', 'ended'] as const;

/** The filter of an address; what it does not name, or names wrongly, is not narrowed. */
export const incidentFilterOf = (search: URLSearchParams): IncidentFilter => ({
  state: incidentStates.find((one) => one === search.get('state')) ?? 'all',
  service: search.get('service') ?? '',
});

/** The query of the filter, for the address and for the server alike; empty when nothing is narrowed. */
export function incidentSearchOf({ state, service }: IncidentFilter): URLSearchParams {
  const search = new URLSearchParams();
  if (state !== 'all') search.set('state', state);
  if (service !== '') search.set('service', service);
  return search;
}

/** The pages with a changed incident in the place of its older self. One that none of them holds is not theirs to add. */
export const withIncident = (pages: readonly IncidentPage[], incident: Incident): IncidentPage[] =>
  pages.map((page) => ({
    ...page,
    incidents: page.incidents.map((one) => (one.id === incident.id && isNewer(incident, one) ? incident : one)),
  }));

const isNewer = (one: Incident, other: Incident): boolean => one.revision >= other.revision;
