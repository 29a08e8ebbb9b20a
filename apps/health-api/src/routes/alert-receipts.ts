import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { newestRecords, toldTime } from '../state/read-model.ts';
import { paramOf } from './alert-commands.ts';
import { parseQuery } from './query.ts';

const limit = z.coerce.number().int().min(1).max(500).default(50);
const Query = z.object({ limit });
const CommandQuery = z.object({ limit, target: z.string().min(1).max(1_000).optional() });

/**
 * `GET /api/alerts/test`: how test-sends ended, newest first. `GET /api/alerts/dead`: messages that were given up, with their alert.
 * `GET /api/alerts/commands?target=`: what people asked of the alerter and what became of it, newest first; `target` is the alert,
 * silence, notice or channel. `GET /api/alerts/commands/:id`: one command; 404 until the alerter has told.
 */
export function registerAlertReceipts(app: FastifyInstance, { model }: HealthApiContext): void {
  app.get('/api/alerts/test', (request, reply) => {
    const { limit: count } = parseQuery(request, Query);
    return reply.header('cache-control', 'no-store').send({ tests: newestRecords(model.alertTests, count, toldTime) });
  });
  app.get('/api/alerts/dead', (request, reply) => {
    const { limit: count } = parseQuery(request, Query);
    const notices = [...model.alerts.values()]
      .flatMap(({ notices: all, ...alert }) =>
        all.filter((one) => one.state === 'dead').map((notice) => ({ notice, alert })),
      )
      .sort((a, b) => b.notice.at.localeCompare(a.notice.at))
      .slice(0, count);
    return reply.header('cache-control', 'no-store').send({ notices });
  });
  app.get('/api/alerts/commands', (request, reply) => {
    const { limit: count, target } = parseQuery(request, CommandQuery);
    const all = newestRecords(model.alertAudits, Number.POSITIVE_INFINITY, toldTime);
    const commands = all.filter((audit) => target === undefined || audit.target === target).slice(0, count);
    return reply.header('cache-control', 'no-store').send({ commands });
  });
  app.get('/api/alerts/commands/:id', (request, reply) => {
    const audit = model.alertAudits.get(paramOf(request, 'id'));
    if (!audit) throw new OpsError('NOT_FOUND', 'the alerter has told nothing of such a command', { retryable: true });
    return reply.header('cache-control', 'no-store').send(audit);
  });
}
