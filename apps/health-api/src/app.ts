import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import { OpsError } from '@yoban/shared/errors';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { HealthApiContext } from './context.ts';
import { type AuthKind, registerAuth } from './plugins/auth.ts';
import { registerErrorHandler, sendProblem } from './plugins/error-handler.ts';
import { registerSecurity } from './plugins/security.ts';
import { registerHealth } from './routes/health.ts';
import { registerLiveness } from './routes/liveness.ts';
import { registerReport } from './routes/report.ts';

export interface RouteSeen {
  method: string;
  url: string;
  auth: AuthKind;
}

/** The HTTP side of the service, built but not listening. `routes` is its own list, which the auth table test walks. */
export async function buildApp(context: HealthApiContext): Promise<{ app: FastifyInstance; routes: RouteSeen[] }> {
  const loggerInstance: FastifyBaseLogger = context.log.child({}, { level: 'warn' });
  const app: FastifyInstance = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    forceCloseConnections: true,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    routerOptions: { ignoreTrailingSlash: true },
  });
  const routes: RouteSeen[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, auth: config?.auth ?? 'key' });
  });
  registerErrorHandler(app);
  await registerSecurity(app);
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, limit) =>
      new OpsError('TOO_MANY_REQUESTS', `too many requests; try again in ${limit.after}`),
  });
  await app.register(websocket, { options: { maxPayload: 4 * 1024 } });
  const auth = registerAuth(app, {
    adminKey: context.config.adminKey,
    appTokens: context.config.appTokens,
    isRevoked: () => false,
    now: context.now,
  });
  // Without a limit, unknown addresses could be tried for as long as one likes.
  app.setNotFoundHandler({ preHandler: app.rateLimit({ max: 120, timeWindow: '1 minute' }) }, (request, reply) =>
    sendProblem(reply, new OpsError('NOT_FOUND', `there is no ${request.method} ${pathOf(request.url)}`)),
  );
  registerLiveness(app, context);
  registerHealth(app, context, auth);
  registerReport(app, context, auth);
  return { app, routes };
}

/** The query may carry a key; it must not come back in an answer. */
const pathOf = (url: string): string => url.split('?')[0] ?? url;
