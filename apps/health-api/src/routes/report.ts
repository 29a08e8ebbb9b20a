import { MetricsReport } from '@yoban/shared/contracts/report';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import type { Auth } from '../plugins/auth.ts';
import { invalidRequest } from '../plugins/error-handler.ts';
import { takeReport } from '../state/take-report.ts';

const bodyLimitBytes = 1024 * 1024;

/** `POST /api/report`: a guarded app tells its calls and its state. A repeat of a report is answered like the first one. */
export function registerReport(app: FastifyInstance, context: HealthApiContext, auth: Auth): void {
  app.post('/api/report', { bodyLimit: bodyLimitBytes, config: { auth: 'app' } }, (request, reply) => {
    const service = auth.appOf(request);
    const state = context.model.services.get(service);
    if (!state) throw new OpsError('SERVICE_UNKNOWN', `no service ${service}`);
    const parsed = MetricsReport.safeParse(request.body);
    if (!parsed.success) throw invalidRequest(parsed.error);
    const isNew = takeReport(state, parsed.data, context.store, context.now());
    if (isNew) context.live.changed({ kind: 'report' });
    return reply.code(202).send({ accepted: true, repeated: !isNew });
  });
}
