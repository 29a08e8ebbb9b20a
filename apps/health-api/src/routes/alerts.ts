import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { alertTime, newestRecords } from '../state/read-model.ts';
import { parseQuery } from './query.ts';

const Query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/** `GET /api/alerts?limit=50`: the alerter's records, newest first. */
export function registerAlerts(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/alerts', (request, reply) => {
    const { limit } = parseQuery(request, Query);
    return reply.header('cache-control', 'no-store').send({ alerts: newestRecords(model.alerts, limit, alertTime) });
  });
}
