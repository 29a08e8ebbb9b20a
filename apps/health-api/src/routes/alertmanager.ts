import { errorCatalog } from '@yoban/shared/error-catalog';
import type { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { loggedError, sendProblem } from '../plugins/error-handler.ts';
import { registerAlertmanagerAlerts } from './alertmanager-alerts.ts';
import { registerAlertmanagerSilences } from './alertmanager-silences.ts';
import { registerAlertmanagerStatus } from './alertmanager-status.ts';

/**
 * Alertmanager's API v2, so that Prometheus, amtool and whatever else speaks it works against the kit. Its clients ask for
 * `application/json` alone and cannot read a problem: they get its text as a JSON string, as from Alertmanager.
 */
export async function registerAlertmanager(app: FastifyInstance, context: HealthApiContext): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.setErrorHandler((error, request, reply) => {
      const ops = loggedError(error, request);
      return onlyJson(request) ? sendText(reply, ops) : sendProblem(reply, ops);
    });
    registerAlertmanagerAlerts(scope, context);
    registerAlertmanagerSilences(scope, context);
    registerAlertmanagerStatus(scope, context);
    done();
  });
}

const onlyJson = ({ headers }: FastifyRequest): boolean => headers.accept === 'application/json';

const sendText = (reply: FastifyReply, error: OpsError): FastifyReply =>
  reply.code(errorCatalog[error.code].http).type('application/json').send(JSON.stringify(error.message));
