import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import { type IncidentFilter, incidentSearchOf, withIncident } from './incident-filter.ts';
import { type Pages, usePages } from './use-pages.ts';

const key = { list: ['incidents'], changes: ['incident-changes'] } as const;

/** The incidents that the filter leaves, open ones first. */
export const useIncidentList = (filter: IncidentFilter): Pages<IncidentPage> =>
  usePages({
    path: '/api/incidents',
    schema: IncidentPage,
    search: incidentSearchOf(filter).toString(),
    listKey: key.list,
    changesKey: key.changes,
  });

/** Puts one live message where the page about incidents reads from. A snapshot may come after a gap: it asks anew. */
export function storeIncidentLive(client: QueryClient, message: LiveMessage): void {
  if (message.type === 'snapshot') void client.invalidateQueries({ queryKey: key.list });
  if (message.type !== 'incident') return;
  client.setQueriesData<InfiniteData<IncidentPage>>({ queryKey: key.list }, (data) =>
    data ? { ...data, pages: withIncident(data.pages, message.incident) } : data,
  );
  client.setQueryData<number>(key.changes, (count) => (count ?? 0) + 1);
}
