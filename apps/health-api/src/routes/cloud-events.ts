import type { AlertEvent } from '@yoban/shared/contracts/alert';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { envelopeOfHeaders, readCloudEvent } from '../core/cloud-event.ts';
import { type FieldError, invalidRequest } from '../plugins/error-handler.ts';

const bodyLimitBytes = 4 * 1024 * 1024;
const eventsMax = 1_000;
const structured = 'application/cloudevents+json';
const batch = 'application/cloudevents-batch+json';

/**
 * `POST /api/v2/events`: alerts as CloudEvents 1.0 of type `alert.raise`, `alert.clear` or `info`; structured, binary or a batch. 202
 * when Redis, or the alerter's disk, has them. Of a batch the good ones count, and the answer names the others.
 */
export async function registerCloudEvents(app: FastifyInstance, context: HealthApiContext): Promise<void> {
  await app.register((scope, _options, done) => {
    scope.addContentTypeParser(
      [structured, batch],
      { parseAs: 'string' },
      scope.getDefaultJsonParser('error', 'error'),
    );
    scope.post('/api/v2/events', { bodyLimit: bodyLimitBytes, config: { auth: 'ingest' } }, async (request, reply) => {
      const { events, errors } = readAll(envelopesOf(request), context.now());
      await context.intake.take(events);
      if (errors.length > 0) {
        const message = `${events.length} taken, ${errors.length} wrong: ${errors.map((one) => one.path).join(', ')}`;
        throw new OpsError('REQUEST_INVALID', message, { fields: { errors } });
      }
      return reply.code(202).send({ ids: events.map((event) => event.id) });
    });
    done();
  });
}

/** Throws OpsError REQUEST_INVALID. */
function envelopesOf({ headers, body }: FastifyRequest): unknown[] {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === structured) return [body];
  if (type !== batch) {
    if (headers['ce-specversion'] !== undefined) return [envelopeOfHeaders(headers, body)];
    const hint = `Send the headers ce-specversion, ce-id, ce-source and ce-type, or the type ${structured}.`;
    throw new OpsError('REQUEST_INVALID', 'this is no CloudEvent', { hint });
  }
  if (Array.isArray(body) && body.length <= eventsMax) return body;
  throw new OpsError('REQUEST_INVALID', `a batch is a list of at most ${eventsMax} events`);
}

function readAll(envelopes: readonly unknown[], now: number): { events: AlertEvent[]; errors: FieldError[] } {
  const events: AlertEvent[] = [];
  const errors: FieldError[] = [];
  envelopes.forEach((envelope, at) => {
    const read = readCloudEvent(envelope, now);
    if (read.success) events.push(read.data);
    else {
      const { fields } = invalidRequest(read.error);
      for (const { path, message } of fields.errors as FieldError[]) errors.push({ path: `${at}.${path}`, message });
    }
  });
  return { events, errors };
}
