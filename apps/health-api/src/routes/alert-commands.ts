import type { AlertRecord } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { wrongField } from '../core/wrong-field.ts';
import { sendCommand } from '../state/send-command.ts';
import { parseBody } from './body.ts';

const AckBody = z.strictObject({ note: z.string().max(1_000).nullable().default(null) });
const TestBody = z.strictObject({ channel: z.string().min(1).nullable().default(null) });
const NoBody = z.strictObject({});

/** Who asks: there is one key, so there is one name. */
export const operator = 'operator';

/**
 * Commands about alerts, each answered with 202 and its id; `GET /api/alerts/commands/:id` tells what became of it.
 * `POST /api/alerts/:id/ack {note?}`, `/api/alerts/:id/unack`, `/api/alerts/test {channel?}`, `/api/alerts/dead/:noticeId/resend`.
 */
export function registerAlertCommands(app: FastifyInstance, context: HealthApiContext): void {
  const { model, config } = context;
  app.post('/api/alerts/:id/ack', async (request, reply) => {
    const { note } = parseBody(request, AckBody);
    const alert = openAlert(model.alerts, paramOf(request, 'id'));
    const commandId = await sendCommand(context, { do: 'ack', actor: operator, alertId: alert.id, note });
    return reply.code(202).send({ commandId });
  });
  app.post('/api/alerts/:id/unack', async (request, reply) => {
    parseBody(request, NoBody);
    const alert = openAlert(model.alerts, paramOf(request, 'id'));
    if (alert.state !== 'acked') throw new OpsError('CONFLICT', 'nobody has acknowledged this alert');
    const commandId = await sendCommand(context, { do: 'unack', actor: operator, alertId: alert.id });
    return reply.code(202).send({ commandId });
  });
  app.post('/api/alerts/test', async (request, reply) => {
    const { channel } = parseBody(request, TestBody);
    const names = Object.keys(config.kit.config.alerts.channels);
    if (channel !== null && !names.includes(channel))
      throw wrongField('channel', `there is no channel "${channel}" (there are: ${names.join(', ') || 'none'})`);
    const commandId = await sendCommand(context, { do: 'test', actor: operator, channel });
    return reply.code(202).send({ commandId });
  });
  app.post('/api/alerts/dead/:noticeId/resend', async (request, reply) => {
    parseBody(request, NoBody);
    const noticeId = deadNotice(model.alerts, paramOf(request, 'noticeId'));
    const commandId = await sendCommand(context, { do: 'resend', actor: operator, noticeId });
    return reply.code(202).send({ commandId });
  });
}

export function paramOf(request: FastifyRequest, name: string): string {
  const params = request.params as Record<string, unknown>;
  return String(params[name]);
}

/** Throws OpsError NOT_FOUND, or CONFLICT for one that is over or has no state. */
function openAlert(alerts: ReadonlyMap<string, AlertRecord>, id: string): AlertRecord {
  const alert = alerts.get(id);
  if (!alert) throw new OpsError('NOT_FOUND', `there is no alert "${id}"`);
  if (alert.state === 'open' || alert.state === 'acked') return alert;
  throw new OpsError('CONFLICT', alert.state === 'info' ? 'an INFO has nothing to acknowledge' : 'this alert is over');
}

/** Throws OpsError NOT_FOUND, or CONFLICT for a message that was not given up. */
function deadNotice(alerts: ReadonlyMap<string, AlertRecord>, id: string): string {
  const notice = [...alerts.values()].flatMap((alert) => alert.notices).find((one) => one.id === id);
  if (!notice) throw new OpsError('NOT_FOUND', `there is no message "${id}"`);
  if (notice.state !== 'dead') throw new OpsError('CONFLICT', `this message is ${notice.state}, not given up`);
  return id;
}
