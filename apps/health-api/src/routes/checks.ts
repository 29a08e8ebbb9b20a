import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { checksOf } from '../state/remember.ts';

/** `GET /api/checks`: the newest result of every check, as the watchdog told it. */
export function registerChecks(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/checks', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ checks: checksOf(model) }),
  );
}
