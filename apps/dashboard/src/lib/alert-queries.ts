import { type InfiniteData, type QueryClient, useQuery } from '@tanstack/react-query';
import { AlertAudit, type AlertTest } from '@yoban/shared/contracts/alert-command';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import type { SilenceView } from '@yoban/shared/contracts/silence';
import { SECOND } from '@yoban/shared/contracts/time';
import {
  AlertPageAnswer,
  ChannelsAnswer,
  type ChannelView,
  CommandsAnswer,
  DeadAnswer,
  type DeadLetter,
  SilencesAnswer,
  TestsAnswer,
} from './alert-answers.ts';
import { type AlertFilter, type AlertPage, searchOf, withRecord } from './alert-filter.ts';
import { ApiError } from './api-client.ts';
import { useServices } from './page-context.ts';
import { useSocketTried } from './use-now.ts';
import { type Pages, REFRESH_EVERY_MS, useChanges, usePages, usePoll } from './use-pages.ts';
import { useThrottled } from './use-throttled.ts';

const key = {
  list: ['alert-list'],
  changes: ['alert-changes'],
  silences: ['silences'],
  tests: ['alert-tests'],
  dead: ['alert-dead'],
  channels: ['alert-channels'],
  history: ['alert-history'],
  audit: (commandId: string | null) => ['alert-audit', commandId],
} as const;

/** The alerts that the filter leaves. */
export const useAlertList = (filter: AlertFilter): Pages<AlertPage> =>
  usePages({
    path: '/api/alerts',
    schema: AlertPageAnswer,
    search: searchOf(filter).toString(),
    listKey: key.list,
    changesKey: key.changes,
  });

export function useSilences(): SilenceView[] | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.silences,
    queryFn: async ({ signal }) => (await api.get('/api/silences', SilencesAnswer, signal)).value.silences,
    enabled: useSocketTried(),
    refetchInterval: usePoll(),
  }).data;
}

/** How test-sends ended, newest first. */
export function useTests(): AlertTest[] | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.tests,
    queryFn: async ({ signal }) => (await api.get('/api/alerts/test?limit=200', TestsAnswer, signal)).value.tests,
    enabled: useSocketTried(),
    refetchInterval: usePoll(),
  }).data;
}

/** Messages that were given up, newest first. */
export function useDeadLetters(): DeadLetter[] | undefined {
  const { api } = useServices();
  const query = useQuery({
    queryKey: key.dead,
    queryFn: async ({ signal }) => (await api.get('/api/alerts/dead?limit=200', DeadAnswer, signal)).value.notices,
    enabled: useSocketTried(),
    refetchInterval: usePoll(),
  });
  useThrottled(() => void query.refetch({ cancelRefetch: false }), useChanges(key.changes), REFRESH_EVERY_MS);
  return query.data;
}

export function useChannels(): ChannelView[] | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.channels,
    queryFn: async ({ signal }) => (await api.get('/api/alerts/channels', ChannelsAnswer, signal)).value.channels,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

/** What became of a command; null until the alerter has told. It comes live; asking is for when it cannot. */
export function useAudit(commandId: string | null): AlertAudit | null {
  const { api } = useServices();
  return (
    useQuery({
      queryKey: key.audit(commandId),
      queryFn: async ({ signal }) => {
        try {
          return (await api.get(`/api/alerts/commands/${commandId}`, AlertAudit, signal)).value;
        } catch (error) {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        }
      },
      enabled: commandId !== null,
      refetchInterval: ({ state }) => (state.data ? false : 2 * SECOND),
    }).data ?? null
  );
}

/** What people did about an alert, newest first. */
export function useAlertHistory(alertId: string): AlertAudit[] | undefined {
  const { api } = useServices();
  const path = `/api/alerts/commands?${new URLSearchParams({ target: alertId, limit: '20' })}`;
  return useQuery({
    queryKey: [...key.history, alertId],
    queryFn: async ({ signal }) => (await api.get(path, CommandsAnswer, signal)).value.commands,
  }).data;
}

const replaced = <T>(list: readonly T[] | undefined, one: T, isSame: (other: T) => boolean): T[] | undefined =>
  list && [one, ...list.filter((other) => !isSame(other))];

/** Puts one live message where the pages about alerts read from. A snapshot may come after a gap: everything is asked for anew. */
export function storeAlertLive(client: QueryClient, message: LiveMessage): void {
  switch (message.type) {
    case 'snapshot':
      for (const queryKey of [key.list, key.silences, key.tests, key.dead]) void client.invalidateQueries({ queryKey });
      return;
    case 'alert':
      client.setQueriesData<InfiniteData<AlertPage>>({ queryKey: key.list }, (data) =>
        data ? { ...data, pages: withRecord(data.pages, message.alert) } : data,
      );
      client.setQueryData<number>(key.changes, (count) => (count ?? 0) + 1);
      return;
    case 'silence':
      client.setQueryData<SilenceView[]>(key.silences, (list) =>
        replaced(list, message.silence, ({ id }) => id === message.silence.id),
      );
      return;
    case 'alert-test':
      client.setQueryData<AlertTest[]>(key.tests, (list) =>
        replaced(list, message.test, (one) => one.id === message.test.id && one.channel === message.test.channel),
      );
      return;
    case 'alert-audit':
      client.setQueryData(key.audit(message.audit.id), message.audit);
      if (message.audit.target !== null) {
        void client.invalidateQueries({ queryKey: [...key.history, message.audit.target] });
      }
      return;
    case 'health':
    case 'incident':
    case 'backups':
      return;
    default:
      message satisfies never;
  }
}
