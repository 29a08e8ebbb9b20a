import { isoTime } from '@yoban/shared/contracts/time';
import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** `GET /api/v2/status`, `GET /api/v2/receivers`, `GET /-/healthy`, `GET /-/ready`. */
export function registerAlertmanagerStatus(app: FastifyInstance, context: HealthApiContext): void {
  const { config: api, readiness, startedAt } = context;
  const config = { auth: 'ingest' } as const;
  const open = { auth: 'none' } as const;
  const { channels, routes } = api.kit.config.alerts;
  const names = Object.keys(channels);
  app.get('/api/v2/receivers', { config }, (_request, reply) => reply.send(names.map((name) => ({ name }))));
  app.get('/api/v2/status', { config }, (_request, reply) =>
    reply.send({
      cluster: { status: 'disabled', peers: [] },
      versionInfo: {
        ...{ version: `yoban-${api.version}`, revision: '', branch: '', buildUser: '', buildDate: '' },
        goVersion: `none (node ${process.version})`,
      },
      config: { original: alertmanagerConfig(routes.critical[0], names) },
      uptime: isoTime(startedAt),
    }),
  );
  app.get('/-/healthy', { config: open }, (_request, reply) => reply.type('text/plain; charset=utf-8').send('OK'));
  app.get('/-/ready', { config: open }, (_request, reply) => {
    const { bus, store, facts, stopping } = readiness();
    const ready = bus && store && facts && !stopping;
    return reply
      .code(ready ? 200 : 503)
      .type('text/plain; charset=utf-8')
      .send(ready ? 'OK' : 'not ready');
  });
}

/** How we group and whom we tell, in the words of Alertmanager's file; ours is yoban.yml. JSON is YAML too. */
function alertmanagerConfig(first: string | undefined, names: readonly string[]): string {
  const receivers = names.length > 0 ? names : ['none'];
  return JSON.stringify({
    route: { receiver: first ?? receivers[0], group_by: ['alertname', 'service'] },
    receivers: receivers.map((name) => ({ name })),
  });
}
