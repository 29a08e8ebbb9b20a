import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { newestRecords, toldTime } from '../state/read-model.ts';
import { paramOf } from './alert-commands.ts';
import { parseQuery } from './query.ts';

const Query = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/**
 * `GET /api/alerts/test`: how test-sends ended, newest first. `GET /api/alerts/dead`: messages that were given up, with their alert.
 * `GET /api/alerts/commands/:id`: what became of a command; 404 until the alerter has told.
 */
export function registerAlertReceipts(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/alerts/test', (request, reply) => {
    const { limit } = parseQuery(request, Query);
    return reply.header('cache-control', 'no-store').send({ tests: newestRecords(model.alertTests, limit, toldTime) });
  });
  app.get('/api/alerts/dead', (request, reply) => {
    const { limit } = parseQuery(request, Query);
    const notices = [...model.alerts.values()]
      .flatMap(({ notices: all, ...alert }) =>
        all.filter((one) => one.state === 'dead').map((notice) => ({ notice, alert })),
      )
      .sort((a, b) => b.notice.at.localeCompare(a.notice.at))
      .slice(0, limit);
    return reply.header('cache-control', 'no-store').send({ notices });
  });
  app.get('/api/alerts/commands/:id', (request, reply) => {
    const audit = model.alertAudits.get(paramOf(request, 'id'));
    if (!audit) throw new OpsError('NOT_FOUND', 'the alerter has told nothing of such a command', { retryable: true });
    return reply.header('cache-control', 'no-store').send(audit);
  });
}
