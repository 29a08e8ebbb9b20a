import { randomUUID } from 'node:crypto';
import type { Silence } from '@yoban/shared/contracts/silence';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { silenceStateAt, silenceView } from '../core/known-silence.ts';
import { SilenceRequest, silenceOf } from '../core/silence-request.ts';
import { sendCommand } from '../state/send-command.ts';
import { operator, paramOf } from './alert-commands.ts';
import { parseBody } from './body.ts';

const SilenceBody = SilenceRequest.extend({ createdBy: SilenceRequest.shape.createdBy.default(operator) });
/** A maintenance window says why, and is of one service or of what its conditions match. */
const MaintenanceBody = SilenceBody.extend({
  service: z.string().min(1).max(200).optional(),
  matchers: SilenceRequest.shape.matchers.optional(),
  comment: z.string().trim().min(1).max(1_000),
}).refine(({ service, matchers }) => (service === undefined) !== (matchers === undefined), {
  path: ['service'],
  message: 'give either service or matchers',
});

/**
 * `GET /api/silences`: all of them, those that hold first. `POST /api/silences {matchers, startsAt?, endsAt, comment?, createdBy?}`,
 * `POST /api/maintenance {service | matchers, startsAt?, endsAt, comment}` and `DELETE /api/silences/:id` ask the alerter: 202.
 */
export function registerSilences(app: FastifyInstance, context: HealthApiContext): void {
  const { model, now } = context;
  const ask = async (reply: FastifyReply, silence: Silence) => {
    const commandId = await sendCommand(context, { do: 'silence', actor: silence.createdBy, silence });
    return reply.code(202).send({ commandId, silenceId: silence.id });
  };
  app.get('/api/silences', (_request, reply) => {
    const silences = [...model.silences.values()].map((one) => silenceView(one, now()));
    const order = { active: 0, pending: 1, expired: 2 };
    silences.sort((a, b) => order[a.state] - order[b.state] || b.endsAt.localeCompare(a.endsAt));
    return reply.header('cache-control', 'no-store').send({ silences });
  });
  app.post('/api/silences', (request, reply) =>
    ask(reply, silenceOf(parseBody(request, SilenceBody), randomUUID(), now())),
  );
  app.post('/api/maintenance', (request, reply) => {
    const { service = '', matchers, ...rest } = parseBody(request, MaintenanceBody);
    const ofService = [{ name: 'service', value: service, isRegex: false, isEqual: true }];
    return ask(reply, silenceOf({ ...rest, matchers: matchers ?? ofService }, randomUUID(), now()));
  });
  app.delete('/api/silences/:id', async (request, reply) => {
    const known = model.silences.get(paramOf(request, 'id'));
    if (!known) throw new OpsError('NOT_FOUND', `there is no silence "${paramOf(request, 'id')}"`);
    if (silenceStateAt(known, now()) === 'expired') throw new OpsError('CONFLICT', 'this silence is over');
    const { id } = known.silence;
    const commandId = await sendCommand(context, { do: 'unsilence', actor: operator, silenceId: id });
    return reply.code(202).send({ commandId });
  });
}
