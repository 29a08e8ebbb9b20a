import { isoTime } from '@yoban/shared/contracts/time';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';
import { hourCounts } from '../core/hour-window.ts';

/** `GET /api/services`: every configured service with its settled status, its process and its newest report. */
export function registerServices(app: FastifyInstance, { model, now }: HealthApiContext): void {
  app.get('/api/services', (_request, reply) => {
    const services = [...model.services.values()].map((state) => ({
      name: state.settings.name,
      displayName: state.settings.displayName,
      status: state.settled?.status ?? 'degraded',
      primary: state.settings.name === model.primary,
      process: state.process,
      liveness: state.liveness,
      databases: state.settings.databases,
      lastReportAt: state.report ? isoTime(state.report.at) : null,
      lastHour: hourCounts(state.hour, now()),
    }));
    return reply.header('cache-control', 'no-store').send({ services });
  });
}
