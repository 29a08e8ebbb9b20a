import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { sendIncidentCommand } from '../state/send-incident-command.ts';
import { operator, paramOf } from './alert-commands.ts';
import { parseBody } from './body.ts';
import { knownIncident } from './incidents.ts';

const NoBody = z.strictObject({});
const NoteBody = z.strictObject({ note: z.string().max(2_000) });
const FalseAlarmBody = z.strictObject({ falseAlarm: z.boolean().default(true) });

/**
 * What people say of an incident, each answered with 202 and the command's id; the changed incident comes live.
 * `POST /api/incidents/:id/ack`, `/api/incidents/:id/note {note}` (an empty one takes it away), `/api/incidents/:id/false-alarm
 * {falseAlarm?}`.
 */
export function registerIncidentCommands(app: FastifyInstance, context: HealthApiContext): void {
  const { store } = context;
  app.post('/api/incidents/:id/ack', async (request, reply) => {
    parseBody(request, NoBody);
    const { id, recoveredAt, ackedBy } = knownIncident(store, paramOf(request, 'id'));
    if (recoveredAt !== null) throw new OpsError('CONFLICT', 'this incident is over');
    if (ackedBy !== null) throw new OpsError('CONFLICT', `${ackedBy} looks after this incident already`);
    const commandId = await sendIncidentCommand(context, { do: 'ack', actor: operator, incidentId: id });
    return reply.code(202).send({ commandId });
  });
  app.post('/api/incidents/:id/note', async (request, reply) => {
    const { note } = parseBody(request, NoteBody);
    const { id } = knownIncident(store, paramOf(request, 'id'));
    const commandId = await sendIncidentCommand(context, { do: 'note', actor: operator, incidentId: id, note });
    return reply.code(202).send({ commandId });
  });
  app.post('/api/incidents/:id/false-alarm', async (request, reply) => {
    const { falseAlarm } = parseBody(request, FalseAlarmBody);
    const { id } = knownIncident(store, paramOf(request, 'id'));
    const commandId = await sendIncidentCommand(context, {
      ...{ do: 'false-alarm', actor: operator, incidentId: id, falseAlarm },
    });
    return reply.code(202).send({ commandId });
  });
}
