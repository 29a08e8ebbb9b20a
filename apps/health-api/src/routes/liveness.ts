import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** Liveness asks nothing of others (a restart would not mend them); readiness asks all that work needs. Both 503 once we stop. */
export function registerLiveness(app: FastifyInstance, { readiness }: HealthApiContext): void {
  for (const url of ['/health', '/livez'])
    app.get(url, { config: { auth: 'none' } }, (_request, reply) => {
      const { stopping } = readiness();
      return reply
        .code(stopping ? 503 : 200)
        .header('cache-control', 'no-store')
        .send({ status: stopping ? 'stopping' : 'ok' });
    });
  for (const url of ['/ready', '/readyz'])
    app.get(url, { config: { auth: 'none' } }, (_request, reply) => {
      const { bus, store, facts, stopping } = readiness();
      const ready = bus && store && facts && !stopping;
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ status: ready ? 'ready' : stopping ? 'stopping' : 'not ready', bus, store, facts });
    });
}
