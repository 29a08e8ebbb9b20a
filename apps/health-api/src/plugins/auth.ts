import type { Hook } from '@yoban/shared/config/ingest-config';
import { OpsError } from '@yoban/shared/errors';
import type { Kicker } from '@yoban/shared/kick/read-kickers';
import { sameSecret } from '@yoban/shared/same-secret';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openSession, type Session } from '../core/session.ts';

/**
 * `none`: everybody. `key`: the admin key as Bearer or X-API-Key, or the cookie of a login. `app`: a guarded app's token.
 * `page`: like `key`, but the route itself answers those who have none (the login page). A route that says nothing needs the key.
 * `ingest`: like `key`, or the token of those who send alerts; either also as the password of Basic, which Prometheus and amtool can
 * be given. `hook`: the token of a hook, in the address. `kick`: a service's kick token; the route itself refuses and counts those who
 * have none. `ping`: the token of a job, in the address.
 */
export type AuthKind = 'none' | 'key' | 'app' | 'page' | 'ingest' | 'hook' | 'kick' | 'ping';

declare module 'fastify' {
  interface FastifyContextConfig {
    auth?: AuthKind;
  }
}

export type Caller = { kind: 'nobody' } | { kind: 'key' } | { kind: 'session'; session: Session } | { kind: 'ingest' };

export const sessionCookie = 'yoban_session';

export interface AuthOptions {
  adminKey: string;
  /** Token → service. */
  appTokens: ReadonlyMap<string, string>;
  /** Null: only the admin key opens what takes alerts in. */
  ingestToken: string | null;
  hooks: readonly Hook[];
  kickers: readonly Kicker[];
  pingTokens: readonly string[];
  isRevoked: (sessionId: string) => boolean;
  now: () => number;
}

export interface Auth {
  /** Who asks, with the admin key or a cookie; decides nothing. */
  whoIs: (request: FastifyRequest) => Caller;
  /** The same where the token for alerts counts too. */
  senderOf: (request: FastifyRequest) => Caller;
  /** The service whose token the request carries. Throws OpsError UNAUTHORIZED without one. */
  appOf: (request: FastifyRequest) => string;
  /** The hook whose token stands in the address (`:token`). Throws OpsError UNAUTHORIZED without one. */
  hookOf: (request: FastifyRequest) => Hook;
  /** The services whose kick token the request carries. Throws OpsError UNAUTHORIZED without one. */
  kickersOf: (request: FastifyRequest) => Kicker[];
  /** The job's token that stands in the address (`:token`). Throws OpsError UNAUTHORIZED for one that nobody knows. */
  pingTokenOf: (request: FastifyRequest) => string;
}

/** Guards every route by its own `config.auth`; deny is the default, so a forgotten route is closed, not open. */
export function registerAuth(app: FastifyInstance, options: AuthOptions): Auth {
  const auth = createAuth(options);
  app.addHook('onRequest', async (request) => {
    const kind = request.is404 ? 'none' : (request.routeOptions.config.auth ?? 'key');
    if (kind === 'none' || kind === 'kick') return;
    if (kind === 'app') return void auth.appOf(request);
    if (kind === 'hook') return void auth.hookOf(request);
    if (kind === 'ping') return void auth.pingTokenOf(request);
    const caller = auth.senderOf(request);
    if (kind !== 'page') requireScope(caller, kind);
    // Only a cookie travels by itself; whoever sends a key by header means it.
    if (caller.kind === 'session' && (isWrite(request) || isUpgrade(request))) requireOwnOrigin(request);
  });
  return auth;
}

/** A token that is known and opens less than is asked for is another refusal than one that nobody knows. */
function requireScope(caller: Caller, kind: 'key' | 'ingest'): void {
  if (caller.kind === 'nobody') throw new OpsError('UNAUTHORIZED', 'this needs the admin key');
  if (caller.kind === 'ingest' && kind === 'key')
    throw new OpsError('FORBIDDEN', 'this token takes in alerts and opens nothing else', {
      hint: 'Use the admin key.',
    });
}

function createAuth({
  adminKey,
  appTokens,
  ingestToken,
  hooks,
  kickers,
  pingTokens,
  isRevoked,
  now,
}: AuthOptions): Auth {
  const whoIs = (request: FastifyRequest, key = givenKey(request)): Caller => {
    if (key !== null) return sameSecret(key, adminKey) ? { kind: 'key' } : { kind: 'nobody' };
    const cookie = request.cookies[sessionCookie];
    const session = cookie ? openSession(cookie, adminKey, now()) : null;
    return session && !isRevoked(session.id) ? { kind: 'session', session } : { kind: 'nobody' };
  };
  return {
    whoIs,
    senderOf: (request) => {
      const takesBasic = request.routeOptions.config.auth === 'ingest';
      const key = givenKey(request) ?? (takesBasic ? basicPassword(request) : null);
      if (key !== null && ingestToken !== null && sameSecret(key, ingestToken)) return { kind: 'ingest' };
      return whoIs(request, key);
    },
    hookOf: (request) => {
      const given = tokenInAddress(request);
      let found: Hook | null = null;
      for (const hook of hooks) if (sameSecret(given, hook.token)) found = hook;
      if (found === null)
        throw new OpsError('UNAUTHORIZED', 'this address is of no hook', {
          hint: 'The address ends with the token that alerts.hooks of yoban.yml names.',
        });
      return found;
    },
    pingTokenOf: (request) => knownPingToken(request, pingTokens),
    kickersOf: (request) => {
      const given = givenKey(request) ?? '';
      const known = kickers.filter(({ tokens }) => tokens.map((token) => sameSecret(given, token)).includes(true));
      if (known.length === 0)
        throw new OpsError('UNAUTHORIZED', 'this needs the kick token of a service', {
          hint: 'Send the token that services.<name>.kick of yoban.yml names as Authorization: Bearer.',
        });
      return known;
    },
    appOf: (request) => {
      const given = givenKey(request) ?? '';
      let service: string | null = null;
      // Every token is compared, so that the time tells nothing about which one was near.
      for (const [token, name] of appTokens) if (sameSecret(given, token)) service = name;
      if (service === null)
        throw new OpsError('UNAUTHORIZED', 'this needs the token of a guarded app', {
          hint: 'Send YOBAN_APP_TOKEN as Authorization: Bearer.',
        });
      return service;
    },
  };
}

function tokenInAddress(request: FastifyRequest): string {
  const { token } = request.params as { token?: unknown };
  return typeof token === 'string' ? token : '';
}

function knownPingToken(request: FastifyRequest, pingTokens: readonly string[]): string {
  const given = tokenInAddress(request);
  // Every token is compared here too.
  const [known] = pingTokens.filter((token) => sameSecret(given, token));
  if (known !== undefined) return known;
  throw new OpsError('UNAUTHORIZED', 'no heartbeat has this token', {
    hint: 'The address has the token that a probe of type heartbeat in yoban.yml names.',
  });
}

function givenKey(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  const bearer = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
  if (bearer) return bearer;
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : null;
}

/** RFC 7617; the name before the colon says nothing here. */
function basicPassword(request: FastifyRequest): string | null {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon < 0 ? null : pair.slice(colon + 1);
}

const isWrite = (request: FastifyRequest) => !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
const isUpgrade = (request: FastifyRequest) => request.headers.upgrade?.toLowerCase() === 'websocket';

/** A browser names the page that sends; another site's page must not use this person's cookie. Throws OpsError FORBIDDEN. */
export function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new OpsError('FORBIDDEN', 'this request does not come from the dashboard itself', {
    hint: 'Use the dashboard, or send the key as Authorization: Bearer.',
  });
}
