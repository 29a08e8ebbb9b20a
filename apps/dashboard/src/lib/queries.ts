import { type QueryClient, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { AlertRecord } from '@yoban/shared/contracts/alert';
import { BackupOverview } from '@yoban/shared/contracts/backup';
import { HealthResponse } from '@yoban/shared/contracts/health';
import type { LiveMessage } from '@yoban/shared/contracts/live';
import { MetricsResponse, SeriesResponse } from '@yoban/shared/contracts/metrics';
import { SECOND } from '@yoban/shared/contracts/time';
import { z } from 'zod';
import { storeAlertLive } from './alert-queries.ts';
import { ApiError } from './api-client.ts';
import { applyLive } from './apply-live.ts';
import { storeIncidentLive } from './incident-queries.ts';
import { useServices } from './page-context.ts';
import type { Received } from './received.ts';
import { UiConfig } from './ui-config.ts';
import { useLive, useSocketTried } from './use-now.ts';

const key = {
  health: ['health'],
  alerts: ['alerts'],
  backups: ['backups'],
  metrics: ['metrics'],
  series: ['series'],
  uiConfig: ['ui-config'],
} as const;

/** D3: health is polled each 10 s, the rest each 30 s. A push resets the timer, so polling is what is left without one. */
const HEALTH_EVERY_MS = 10 * SECOND;
const REST_EVERY_MS = 30 * SECOND;

const seriesKeys = [
  ['memory_mb', 'llm_avg_ms', 'llm_p95_ms', 'llm_error_percent', 'tips', 'tips_failed', 'cycle_ms', 'viewers'],
  ['disk_used_percent', 'state'],
].flat();

const Alerts = z.object({ alerts: z.array(AlertRecord) });
const Backups = z.object({ databases: z.array(BackupOverview) });

/** Health with its true age: what the server had already waited with it is added. */
function aged(health: HealthResponse, serverMs: number, arrivedAtMs: number): Received<HealthResponse> {
  const waitedMs = Math.max(0, serverMs - Date.parse(health.timestamp));
  return { value: health, arrivedAtMs: arrivedAtMs - waitedMs };
}

export function useHealth(): Received<HealthResponse> | undefined {
  const { api, clock } = useServices();
  return useQuery({
    queryKey: key.health,
    queryFn: async ({ signal }) => {
      const answer = await api.get('/api/health', HealthResponse, signal);
      return aged(answer.value, clock.now(), answer.arrivedAtMs);
    },
    enabled: useSocketTried(),
    staleTime: HEALTH_EVERY_MS,
    refetchInterval: HEALTH_EVERY_MS,
    structuralSharing: false,
  }).data;
}

/** Without the bus no command reaches the alerter or the backup worker. */
export const useBusDown = (): boolean => useHealth()?.value.checks.kit.bus === 'down';

export function useAlerts(): AlertRecord[] | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.alerts,
    queryFn: async ({ signal }) => (await api.get('/api/alerts?limit=50', Alerts, signal)).value.alerts,
    enabled: useSocketTried(),
    staleTime: REST_EVERY_MS,
    refetchInterval: useLive() ? false : HEALTH_EVERY_MS,
  }).data;
}

export function useBackups(): BackupOverview[] | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.backups,
    queryFn: async ({ signal }) => (await api.get('/api/backups', Backups, signal)).value.databases,
    enabled: useSocketTried(),
    staleTime: REST_EVERY_MS,
    refetchInterval: useLive() ? false : HEALTH_EVERY_MS,
  }).data;
}

export function useMetrics(): MetricsResponse | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.metrics,
    queryFn: async ({ signal }) => (await api.get('/api/metrics', MetricsResponse, signal)).value,
    refetchInterval: REST_EVERY_MS,
  }).data;
}

export function useSeries(): SeriesResponse | undefined {
  const { api } = useServices();
  return useQuery({
    queryKey: key.series,
    queryFn: async ({ signal }) =>
      (await api.get(`/api/series?keys=${seriesKeys.join(',')}&hours=24`, SeriesResponse, signal)).value,
    refetchInterval: REST_EVERY_MS,
  }).data;
}

/** The first question of the page: a 401 means nobody is signed in. */
export function useUiConfigQuery(): UseQueryResult<UiConfig, Error> {
  const { api } = useServices();
  return useQuery({
    queryKey: key.uiConfig,
    queryFn: async ({ signal }) => (await api.get('/api/ui-config', UiConfig, signal)).value,
    staleTime: Number.POSITIVE_INFINITY,
    // Only while there is no answer: the kit may be on its way up.
    refetchInterval: (query) =>
      query.state.data === undefined && !isSignedOut(query.state.error) ? 5 * SECOND : false,
  });
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

/** Puts one live message where the pages read from. */
export function storeLive(client: QueryClient, message: LiveMessage, monotonicMs: number): void {
  const view = applyLive(
    {
      health: client.getQueryData<Received<HealthResponse>>(key.health)?.value ?? null,
      alerts: client.getQueryData<AlertRecord[]>(key.alerts) ?? [],
      backups: client.getQueryData<BackupOverview[]>(key.backups) ?? [],
    },
    message,
  );
  if ('health' in message) {
    client.setQueryData(key.health, aged(message.health, Date.parse(message.serverTime), monotonicMs));
  }
  if (message.type === 'snapshot' || message.type === 'alert') client.setQueryData(key.alerts, view.alerts);
  if (message.type === 'snapshot' || message.type === 'backups') client.setQueryData(key.backups, view.backups);
  storeAlertLive(client, message);
  storeIncidentLive(client, message);
}

/** Asks again who we are, with the page left standing: the cookie may have ended while the connection was away. */
export const recheckSession = (client: QueryClient): Promise<void> =>
  client.invalidateQueries({ queryKey: key.uiConfig });

/** Begins anew after signing in or out; what the last session has read is thrown away. */
export async function restartSession(client: QueryClient): Promise<void> {
  await client.resetQueries({ queryKey: key.uiConfig });
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== key.uiConfig[0], type: 'inactive' });
}
