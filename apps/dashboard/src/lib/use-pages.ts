import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { SECOND } from '@yoban/shared/contracts/time';
import type { z } from 'zod';
import { useServices } from './page-context.ts';
import { useLive, useSocketTried } from './use-now.ts';
import { useThrottled } from './use-throttled.ts';

/** D3: what is left without the live connection. */
const POLL_EVERY_MS = 10 * SECOND;
const PAGE_SIZE = 50;
/** Many entries may change at once; a list is asked for anew at most this often. */
export const REFRESH_EVERY_MS = 500;

export const usePoll = (): number | false => (useLive() ? false : POLL_EVERY_MS);

/** Counts what has come in live, so that lists that only the server can make know when to ask it again. */
export function useChanges(queryKey: readonly string[]): number {
  return useQuery({ queryKey, queryFn: () => 0, enabled: false, initialData: 0 }).data;
}

export interface Pages<Page> {
  /** Undefined until the first answer. */
  pages: Page[] | undefined;
  error: unknown;
  older: (() => void) | null;
  loadingOlder: boolean;
}

interface PageSource<Page> {
  path: string;
  schema: z.ZodType<Page>;
  /** What the list is narrowed to. */
  search: string;
  listKey: readonly string[];
  changesKey: readonly string[];
}

/** A list that the server keeps, page by page into the past; kept up to date live. */
export function usePages<Page extends { next: string | null }>(source: PageSource<Page>): Pages<Page> {
  const { api } = useServices();
  const { path, schema, search } = source;
  const query = useInfiniteQuery({
    queryKey: [...source.listKey, search],
    queryFn: async ({ pageParam, signal }) => {
      const wanted = new URLSearchParams(search);
      wanted.set('limit', String(PAGE_SIZE));
      if (pageParam !== null) wanted.set('before', pageParam);
      return (await api.get(`${path}?${wanted}`, schema, signal)).value;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page) => last.next,
    enabled: useSocketTried(),
    placeholderData: keepPreviousData,
    refetchInterval: usePoll(),
  });
  useThrottled(() => void query.refetch({ cancelRefetch: false }), useChanges(source.changesKey), REFRESH_EVERY_MS);
  return {
    pages: query.data?.pages,
    error: query.error,
    older: query.hasNextPage ? () => void query.fetchNextPage() : null,
    loadingOlder: query.isFetchingNextPage,
  };
}
