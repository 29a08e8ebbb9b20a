import { AlertLevel, AlertRecord } from '@yoban/shared/contracts/alert';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { alertPage } from '../core/alert-page.ts';
import { parseQuery } from './query.ts';

/** Several by commas. */
const listOf = <T extends string>(words: readonly T[]) =>
  z
    .string()
    .transform((list) => list.split(','))
    .pipe(z.array(z.enum(words)).min(1));
const text = z.string().trim().min(1).max(500);

const Query = z.object({
  state: listOf(AlertRecord.shape.state.options).optional(),
  level: listOf(AlertLevel.options).optional(),
  service: text.optional(),
  q: text.optional(),
  before: z.string().min(1).max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

/**
 * `GET /api/alerts?state=&level=&service=&q=&before=&limit=50`: the alerter's records, newest first. `next` of the answer is
 * `before` of the page after it.
 */
export function registerAlerts(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/alerts', (request, reply) => {
    const { state, level, service, q, before, limit } = parseQuery(request, Query);
    const page = alertPage(model.alerts.values(), {
      states: state ?? null,
      levels: level ?? null,
      service: service ?? null,
      q: q ?? null,
      before: before ?? null,
      limit,
    });
    return reply.header('cache-control', 'no-store').send(page);
  });
}
