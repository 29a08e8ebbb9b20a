import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** `GET /api/alerts/channels`: the channels of yoban.yml, which a test-send can name. Whether one has its values only the alerter knows. */
export function registerAlertChannels(app: FastifyInstance, { config }: HealthApiContext): void {
  app.get('/api/alerts/channels', (_request, reply) => {
    const channels = Object.entries(config.kit.config.alerts.channels).map(([name, { kind }]) => ({ name, kind }));
    return reply.header('cache-control', 'no-store').send({ channels });
  });
}
