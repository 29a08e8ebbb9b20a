import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { incidentTime, newestRecords } from '../state/read-model.ts';
import { parseQuery } from './query.ts';

const Query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/** `GET /api/incidents`: the watchdog's incidents, newest first. */
export function registerIncidents(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/incidents', (request, reply) => {
    const { limit } = parseQuery(request, Query);
    const incidents = newestRecords(model.incidents, limit, incidentTime);
    return reply.header('cache-control', 'no-store').send({ incidents });
  });
}
