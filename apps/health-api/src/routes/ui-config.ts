import type { FastifyInstance } from 'fastify';
import type { HealthApiContext } from '../context.ts';

/** `GET /api/ui-config`: what the page must know before it can show a time or a name. */
export function registerUiConfig(app: FastifyInstance, { config, model, snapshot, now }: HealthApiContext): void {
  app.get('/api/ui-config', (_request, reply) => {
    const { checks } = snapshot.current(now()).health;
    const { youtube, tiktok, obs } = checks.platforms;
    const service = `services.${model.primary}`;
    const panels = [
      { panel: 'process', on: checks.process.configured, key: `${service}.supervisor` },
      { panel: 'llm', on: checks.llm.configured, key: `${service}.report` },
      { panel: 'tips', on: checks.tips.configured, key: `${service}.report` },
      { panel: 'game', on: checks.game.configured, key: `${service}.report` },
      { panel: 'platforms', on: youtube.configured || tiktok.configured, key: `${service}.report` },
      { panel: 'obs', on: obs.configured, key: `${service}.probes` },
      { panel: 'backups', on: checks.backups.configured, key: 'databases' },
    ];
    return reply.header('cache-control', 'no-store').send({
      timezone: config.kit.displayZone,
      locale: config.kit.config.locale,
      displayName: config.primary.displayName,
      primary: model.primary,
      version: config.version,
      notConfigured: panels.filter(({ on }) => !on).map(({ panel, key }) => ({ panel, key })),
    });
  });
}
