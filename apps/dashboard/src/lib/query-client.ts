import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './api-client.ts';

/** 4xx will not get better by asking again; anything else is asked again by the next poll, once at once. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => failures < 1 && !(error instanceof ApiError && error.status >= 400),
        retryDelay: 1000,
        refetchOnWindowFocus: true,
        // The page decides for itself when the network is "down": by the socket, not by the browser's guess.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
