import { OpsError } from '@yoban/shared/errors';
import { sameSecret } from '@yoban/shared/same-secret';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { sessionMaxAgeMs } from '../core/session.ts';
import { type Auth, requireOwnOrigin, sessionCookie } from '../plugins/auth.ts';
import { invalidRequest } from '../plugins/error-handler.ts';
import { audit } from '../state/audit.ts';
import type { Sessions } from '../state/sessions.ts';

const Body = z.strictObject({ key: z.string().min(1).max(500) });
/** Enough for a person who mistypes; a guesser of a 192-bit key gains nothing from more. */
export const loginLimit = { max: 10, timeWindow: '1 minute' };

/** `POST /admin/login {key}` sets the session's cookie (204); `POST /admin/logout` ends it. */
export function registerLogin(app: FastifyInstance, context: HealthApiContext, auth: Auth, sessions: Sessions): void {
  app.post('/admin/login', { config: { auth: 'none', rateLimit: loginLimit } }, (request, reply) => {
    // Another site must not sign a person in under a key of its own.
    if (request.headers.origin !== undefined) requireOwnOrigin(request);
    const parsed = Body.safeParse(request.body);
    if (!parsed.success) throw invalidRequest(parsed.error);
    if (!sameSecret(parsed.data.key, context.config.adminKey)) {
      refuseLogin(context, request);
      throw wrongKey();
    }
    setSession(context, request, reply, sessions);
    return reply.code(204).send();
  });
  app.post('/admin/logout', (request, reply) => {
    const caller = auth.whoIs(request);
    if (caller.kind === 'session') sessions.end(caller.session);
    return reply.clearCookie(sessionCookie, { path: '/' }).code(204).send();
  });
}

/** Sets the cookie of a new login. Not `Secure` on plain HTTP: the kit listens on loopback without TLS. */
export function setSession(
  context: HealthApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  sessions: Sessions,
): void {
  context.log.info({ event: 'auth.login', address: request.ip });
  audit(context, { ...loginBy(request), result: 'ok' });
  void reply.setCookie(sessionCookie, sessions.begin(context.now()), {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    maxAge: sessionMaxAgeMs / 1000,
  });
}

/** Records a key that is not ours; behind the limit of logins, so that a guesser does not fill the disk. */
export function refuseLogin(context: HealthApiContext, request: FastifyRequest): void {
  context.log.warn({ event: 'auth.refused', address: request.ip });
  audit(context, { ...loginBy(request), result: 'refused' });
}

const loginBy = ({ ip }: FastifyRequest) => ({
  ...{ actor: 'operator', action: 'login', target: 'dashboard' },
  details: { address: ip },
});

function wrongKey(): OpsError {
  return new OpsError('UNAUTHORIZED', 'this is not the admin key', {
    hint: 'The key is ADMIN_API_KEY; in trial mode it lies in YOBAN_HOME/keys/admin_api_key.',
  });
}
