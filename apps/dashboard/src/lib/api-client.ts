import { Problem } from '@yoban/shared/contracts/problem';
import type { z } from 'zod';
import type { Received } from './received.ts';

/** A request that was refused or did not get through. `status` is 0 when no answer came. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, cause?: unknown) {
    super(problem?.detail ?? (status === 0 ? 'no answer' : `HTTP ${status}`), { cause });
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

export interface ApiClient {
  /** Parses the answer by its contract; throws ApiError, or ZodError when the answer has another shape. */
  get: <S extends z.ZodType>(path: string, schema: S, signal?: AbortSignal) => Promise<Received<z.infer<S>>>;
  post: (path: string, body: unknown) => Promise<unknown>;
  delete: (path: string) => Promise<unknown>;
}

const TIMEOUT_MS = 10_000;

async function problemOf(response: Response): Promise<Problem | null> {
  if (!response.headers.get('content-type')?.includes('json')) return null;
  const parsed = Problem.safeParse(await response.json());
  return parsed.success ? parsed.data : null;
}

async function request(path: string, init: RequestInit): Promise<Response> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  const response = await fetch(path, { ...init, signal, credentials: 'same-origin' }).catch((error: unknown) => {
    throw new ApiError(0, null, error);
  });
  if (!response.ok) throw new ApiError(response.status, await problemOf(response));
  return response;
}

const answerOf = async (response: Response): Promise<unknown> =>
  response.status === 204 ? null : await response.json();

/** Talks to health-api on the same origin; the cookie does the signing in. `heard` gets the server's time of each answer. */
export function createApiClient(monotonicMs: () => number, heard: (serverMs: number) => void): ApiClient {
  return {
    get: async (path, schema, signal) => {
      const response = await request(path, signal ? { signal } : {});
      const arrivedAtMs = monotonicMs();
      const date = Date.parse(response.headers.get('date') ?? '');
      if (Number.isFinite(date)) heard(date);
      return { value: schema.parse(await response.json()), arrivedAtMs };
    },
    post: async (path, body) => {
      const headers = { 'content-type': 'application/json' };
      return answerOf(await request(path, { method: 'POST', headers, body: JSON.stringify(body) }));
    },
    delete: async (path) => answerOf(await request(path, { method: 'DELETE' })),
  };
}
