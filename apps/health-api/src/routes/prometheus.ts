import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** `GET /metrics` (H8): Prometheus text of everything in the snapshot. prom-client is loaded at the first scrape. */
export function registerPrometheus(app: FastifyInstance, context: HealthApiContext): void {
  app.get('/metrics', async (_request, reply) => {
    const { prometheusPage } = await import('../prometheus-page.ts');
    const { health } = context.snapshot.current(context.now());
    const { text, contentType } = await prometheusPage(context, health);
    return reply.header('cache-control', 'no-store').type(contentType).send(text);
  });
}
