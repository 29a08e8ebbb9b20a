import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openSession, type Session, sameSecret } from '../core/session.ts';

/**
 * `none`: everybody. `key`: the admin key as Bearer or X-API-Key, or the cookie of a login. `app`: a guarded app's token.
 * `page`: like `key`, but the route itself answers those who have none (the login page). A route that says nothing needs the key.
 */
export type AuthKind = 'none' | 'key' | 'app' | 'page';

declare module 'fastify' {
  interface FastifyContextConfig {
    auth?: AuthKind;
  }
}

export type Caller =
  | { kind: 'nobody' }
  | { kind: 'key' }
  | { kind: 'session'; session: Session }
  | { kind: 'app'; service: string };

export const sessionCookie = 'yoban_session';

export interface AuthOptions {
  adminKey: string;
  /** Token → service. */
  appTokens: ReadonlyMap<string, string>;
  isRevoked: (sessionId: string) => boolean;
  now: () => number;
}

export interface Auth {
  /** Who asks, with the admin key or a cookie; decides nothing. */
  whoIs: (request: FastifyRequest) => Caller;
  /** The service whose token the request carries. Throws OpsError UNAUTHORIZED without one. */
  appOf: (request: FastifyRequest) => string;
}

/** Guards every route by its own `config.auth`; deny is the default, so a forgotten route is closed, not open. */
export function registerAuth(app: FastifyInstance, options: AuthOptions): Auth {
  const auth = createAuth(options);
  app.addHook('onRequest', async (request) => {
    const kind = request.is404 ? 'none' : (request.routeOptions.config.auth ?? 'key');
    if (kind === 'none') return;
    if (kind === 'app') {
      auth.appOf(request);
      return;
    }
    const caller = auth.whoIs(request);
    if (caller.kind === 'nobody' && kind === 'key') throw new OpsError('UNAUTHORIZED', 'this needs the admin key');
    // Only a cookie travels by itself; whoever sends a key by header means it.
    if (caller.kind === 'session' && (isWrite(request) || isUpgrade(request))) requireOwnOrigin(request);
  });
  return auth;
}

function createAuth({ adminKey, appTokens, isRevoked, now }: AuthOptions): Auth {
  return {
    whoIs: (request) => {
      const key = givenKey(request);
      if (key !== null) return sameSecret(key, adminKey) ? { kind: 'key' } : { kind: 'nobody' };
      const cookie = request.cookies[sessionCookie];
      const session = cookie ? openSession(cookie, adminKey, now()) : null;
      return session && !isRevoked(session.id) ? { kind: 'session', session } : { kind: 'nobody' };
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

function givenKey(request: FastifyRequest): string | null {
  const { authorization } = request.headers;
  const bearer = /^Bearer +(.+)$/i.exec(authorization ?? '')?.[1];
  if (bearer) return bearer;
  const header = request.headers['x-api-key'];
  return typeof header === 'string' ? header : null;
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
