import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readSecret } from '@yoban/shared/config/secrets';
import { Problem } from '@yoban/shared/contracts/problem';
import { SECOND } from '@yoban/shared/contracts/time';
import { type ErrorCode, errorCatalog } from '@yoban/shared/error-catalog';
import { hasErrno, OpsError } from '@yoban/shared/errors';
import type { z } from 'zod';
import type { CommandContext } from './command.ts';

/** health-api as the command line asks it: its own address, with the admin key. */
export interface KitApi {
  /** Parses the answer. @throws OpsError KIT_NOT_RUNNING or KIT_DOWN without an answer, else what the server refused it with. */
  get<S extends z.ZodType>(route: string, schema: S): Promise<z.infer<S>>;
  post<S extends z.ZodType>(route: string, body: unknown, schema: S): Promise<z.infer<S>>;
  delete<S extends z.ZodType>(route: string, schema: S): Promise<z.infer<S>>;
}

const timeoutMs = 10 * SECOND;

/** What to ask with instead of the admin key, and what to say where that is not taken. */
interface OtherKey {
  key: string;
  wrongKey: string;
}

/** @throws OpsError CONFIG_INVALID, or UNAUTHORIZED where this user finds no key */
export function openKitApi(context: CommandContext, other?: OtherKey): KitApi {
  const { kit } = context.found();
  const base = new URL(kit.env.healthUrl).origin;
  const authorization = `Bearer ${other ? other.key : adminKey(context)}`;
  const ask = async <S extends z.ZodType>(route: string, init: RequestInit, schema: S): Promise<z.infer<S>> => {
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await send(
      context,
      base,
      route,
      init.body ? { ...init, headers } : { ...init, headers: { authorization } },
    );
    if (response.status === 401) throw wrongKey(context, other);
    if (!response.ok) throw await refusal(context, base, response);
    const parsed = schema.safeParse(await response.json());
    if (parsed.success) return parsed.data;
    throw oddAnswer(context, base, response.status);
  };
  return {
    get: (route, schema) => ask(route, {}, schema),
    post: (route, body, schema) => ask(route, { method: 'POST', body: JSON.stringify(body) }, schema),
    delete: (route, schema) => ask(route, { method: 'DELETE' }, schema),
  };
}

/** What the kit itself takes: ADMIN_API_KEY, else the one that it made and keeps. */
function adminKey({ found, words }: CommandContext): string {
  const { kit, env } = found();
  const given = readSecret({ env: 'ADMIN_API_KEY' }, env);
  if (given !== null) return given;
  const file = path.join(kit.paths.keys, 'admin_api_key');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (!hasErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error;
    const hint = hasErrno(error, 'EACCES') ? words.api.keyClosed : words.api.noKeyHint;
    throw new OpsError('UNAUTHORIZED', words.api.noKey(file), { cause: error, hint });
  }
}

async function send(context: CommandContext, base: string, route: string, init: RequestInit): Promise<Response> {
  const { io, words, found } = context;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs)]);
  return fetch(new URL(route, base), { ...init, signal }).catch((error: unknown) => {
    const code = found().file ? 'KIT_DOWN' : 'KIT_NOT_RUNNING';
    throw new OpsError(code, words.health.noAnswer(new URL(base).host, whyOf(error)), { cause: error });
  });
}

const wrongKey = ({ words }: CommandContext, other: OtherKey | undefined): OpsError =>
  new OpsError('UNAUTHORIZED', other ? other.wrongKey : words.api.wrongKey, other ? {} : { hint: words.api.noKeyHint });

/** `connect ECONNREFUSED 127.0.0.1:3000`: what fetch says itself is only that it failed. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message || cause.name : error.message;
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalog, code);

async function refusal(context: CommandContext, base: string, response: Response): Promise<OpsError> {
  const text = await response.text();
  const problem = Problem.safeParse(parseJson(text));
  if (!problem.success || !isErrorCode(problem.data.code)) return oddAnswer(context, base, response.status);
  const { code, detail, hint, retryable, errors = [] } = problem.data;
  const fields = errors.map(({ path: place, message }) => `${place}: ${message}`);
  const message = fields.length > 0 ? fields.join('; ') : detail;
  return new OpsError(code, message, { hint, retryable });
}

const oddAnswer = ({ words }: CommandContext, base: string, status: number): OpsError =>
  new OpsError('KIT_DOWN', words.api.oddAnswer(new URL(base).host, status), { hint: words.health.oddHint });

/** Undefined for a body that is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
