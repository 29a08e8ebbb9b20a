import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
} from '@tanstack/react-query';
import type { Incident } from '@yoban/shared/contracts/incident';
import { type IncidentFigures, IncidentPage } from '@yoban/shared/contracts/incident-figures';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import { SECOND } from '@yoban/shared/contracts/time';
import { type IncidentFilter, incidentSearchOf, withIncident } from './incident-filter.ts';
import { useServices } from './page-context.ts';
import { useLive, useSocketTried } from './use-now.ts';
import { useThrottled } from './use-throttled.ts';

const key = { list: ['incidents'], changes: ['incident-changes'] } as const;
const POLL_EVERY_MS = 30 * SECOND;
const PAGE_SIZE = 50;
/** The list, its order and its figures only the server can make: asked anew at most this often. */
const REFRESH_EVERY_MS = 500;

export interface IncidentList {
  /** Undefined until the first answer. */
  incidents: Incident[] | undefined;
  figures: IncidentFigures[] | undefined;
  error: unknown;
  older: (() => void) | null;
  loadingOlder: boolean;
}

/** The incidents that the filter leaves, open ones first, page by page into the past; kept up to date live. */
export function useIncidentList(filter: IncidentFilter): IncidentList {
  const { api } = useServices();
  const search = incidentSearchOf(filter).toString();
  const query = useInfiniteQuery({
    queryKey: [...key.list, search],
    queryFn: async ({ pageParam, signal }) => {
      const wanted = new URLSearchParams(search);
      wanted.set('limit', String(PAGE_SIZE));
      if (pageParam !== null) wanted.set('before', pageParam);
      return (await api.get(`/api/incidents?${wanted}`, IncidentPage, signal)).value;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    enabled: useSocketTried(),
    placeholderData: keepPreviousData,
    refetchInterval: useLive() ? false : POLL_EVERY_MS,
  });
  const changes = useQuery({ queryKey: key.changes, queryFn: () => 0, enabled: false, initialData: 0 }).data;
  useThrottled(() => void query.refetch({ cancelRefetch: false }), changes, REFRESH_EVERY_MS);
  return {
    incidents: query.data?.pages.flatMap(({ incidents }) => incidents),
    figures: query.data?.pages[0]?.figures,
    error: query.error,
    older: query.hasNextPage ? () => void query.fetchNextPage() : null,
    loadingOlder: query.isFetchingNextPage,
  };
}

/** Puts one live message where the page about incidents reads from. A snapshot may come after a gap: it asks anew. */
export function storeIncidentLive(client: QueryClient, message: LiveMessage): void {
  if (message.type === 'snapshot') void client.invalidateQueries({ queryKey: key.list });
  if (message.type !== 'incident') return;
  client.setQueriesData<InfiniteData<IncidentPage>>({ queryKey: key.list }, (data) =>
    data ? { ...data, pages: withIncident(data.pages, message.incident) } : data,
  );
  client.setQueryData<number>(key.changes, (count) => (count ?? 0) + 1);
}
