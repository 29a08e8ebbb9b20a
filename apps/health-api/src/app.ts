import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import websocket from '@fastify/websocket';
import { OpsError } from '@yoban/shared/errors';
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import type { HealthApiContext } from './context.ts';
import { type Auth, type AuthKind, registerAuth } from './plugins/auth.ts';
import { registerErrorHandler, sendProblem, toOpsError } from './plugins/error-handler.ts';
import { registerJsonBody } from './plugins/json-body.ts';
import { registerNotFound } from './plugins/not-found.ts';
import { registerSecurity } from './plugins/security.ts';
import { registerAlertChannels } from './routes/alert-channels.ts';
import { registerAlertCommands } from './routes/alert-commands.ts';
import { registerAlertReceipts } from './routes/alert-receipts.ts';
import { registerAlertmanager } from './routes/alertmanager.ts';
import { registerAlerts } from './routes/alerts.ts';
import { registerBackups } from './routes/backups.ts';
import { registerChecks } from './routes/checks.ts';
import { registerCloudEvents } from './routes/cloud-events.ts';
import { registerDashboard } from './routes/dashboard.ts';
import { registerHealth } from './routes/health.ts';
import { registerSlackHooks } from './routes/hooks-slack.ts';
import { registerIncidentCommands } from './routes/incident-commands.ts';
import { registerIncidents } from './routes/incidents.ts';
import { registerKicks } from './routes/kicks.ts';
import { registerLive } from './routes/live.ts';
import { registerLiveness } from './routes/liveness.ts';
import { registerLogin } from './routes/login.ts';
import { registerMetrics } from './routes/metrics.ts';
import { registerPings } from './routes/pings.ts';
import { registerPrometheus } from './routes/prometheus.ts';
import { registerQueues } from './routes/queues.ts';
import { registerReport } from './routes/report.ts';
import { registerSeries } from './routes/series.ts';
import { registerServices } from './routes/services.ts';
import { registerSilences } from './routes/silences.ts';
import { registerUiConfig } from './routes/ui-config.ts';
import { createSessions } from './state/sessions.ts';

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
    // An address that cannot be decoded never reaches a route nor its error handler.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, toOpsError(error)),
    forceCloseConnections: true,
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    // An alert's id in an address has its slashes escaped, three signs each; the router's own limit is 100.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 4_096 },
  });
  const routes: RouteSeen[] = [];
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) routes.push({ method: one, url, auth: config?.auth ?? 'key' });
  });
  registerErrorHandler(app);
  registerJsonBody(app);
  await registerSecurity(app);
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, limit) =>
      new OpsError('TOO_MANY_REQUESTS', `too many requests; try again in ${limit.after}`),
  });
  await app.register(websocket, { options: { maxPayload: 4 * 1024 } });
  const sessions = createSessions(context.config.adminKey, context.store, context.now());
  const auth = registerAuth(app, {
    adminKey: context.config.adminKey,
    appTokens: context.config.appTokens,
    ingestToken: context.config.ingest.ingest,
    hooks: context.config.ingest.hooks,
    kickers: context.config.kicks.kickers,
    pingTokens: context.config.pings.tokens,
    isRevoked: sessions.isRevoked,
    now: context.now,
  });
  registerNotFound(app, routes);
  registerLiveness(app, context);
  registerHealth(app, context, auth);
  registerReport(app, context, auth);
  await registerPings(app, context, auth);
  registerMetrics(app, context);
  registerPrometheus(app, context);
  registerSeries(app, context);
  await registerAlerting(app, context, auth);
  registerIncidents(app, context);
  registerIncidentCommands(app, context);
  registerKicks(app, context, auth);
  registerBackups(app, context);
  registerServices(app, context);
  registerChecks(app, context);
  registerUiConfig(app, context);
  registerLive(app, context);
  registerLogin(app, context, auth, sessions);
  registerQueues(app, context);
  await registerDashboard(app, context, auth, sessions);
  return { app, routes };
}

/** What is shown and asked of alerts, and the ways in for those of others. */
async function registerAlerting(app: FastifyInstance, context: HealthApiContext, auth: Auth): Promise<void> {
  registerAlerts(app, context);
  registerAlertCommands(app, context);
  registerAlertReceipts(app, context);
  registerAlertChannels(app, context);
  registerSilences(app, context);
  await registerAlertmanager(app, context);
  await registerCloudEvents(app, context);
  await registerSlackHooks(app, context, auth);
}
