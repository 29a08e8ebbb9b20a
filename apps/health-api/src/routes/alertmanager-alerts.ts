import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { type GettableAlert, gettableAlerts } from '../core/alertmanager/gettable-alerts.ts';
import { checkedPattern, parseMatcher } from '../core/alertmanager/label-filter.ts';
import { readPostedAlerts } from '../core/alertmanager/posted-alert.ts';
import { alertGroups, selectAlerts } from '../core/alertmanager/select-alerts.ts';
import { parseQuery, severalTexts } from './query.ts';

/** Prometheus sends 256 alerts at once; others send what they have. */
const bodyLimitBytes = 8 * 1024 * 1024;
const entriesMax = 10_000;

const shown = z
  .enum(['true', 'false', '1', '0'])
  .default('true')
  .transform((text) => text === 'true' || text === '1');
const Query = z.object({
  active: shown,
  silenced: shown,
  inhibited: shown,
  filter: severalTexts,
  receiver: z.string().max(256).optional(),
});

/** `POST /api/v2/alerts`, `GET /api/v2/alerts`, `GET /api/v2/alerts/groups`. */
export function registerAlertmanagerAlerts(app: FastifyInstance, context: HealthApiContext): void {
  const config = { auth: 'ingest' } as const;
  app.post('/api/v2/alerts', { bodyLimit: bodyLimitBytes, config }, async (request, reply) => {
    const { body } = request;
    if (!Array.isArray(body) || body.length > entriesMax)
      throw new OpsError('REQUEST_INVALID', `the body is a list of at most ${entriesMax} alerts`);
    const { alerts, problems } = readPostedAlerts(body, context.now());
    await context.outside.post(alerts);
    if (problems.length > 0) {
      const named = problems.slice(0, 20).map(({ path, message }) => `${path}: ${message}`);
      throw new OpsError('REQUEST_INVALID', named.join('; '), { fields: { errors: problems.slice(0, 100) } });
    }
    return reply.code(200).send();
  });
  const wanted = (query: z.infer<typeof Query>): GettableAlert[] =>
    selectAlerts(allAlerts(context), {
      ...query,
      matchers: query.filter.map(parseMatcher),
      receiver: query.receiver === undefined ? null : checkedPattern('receiver', query.receiver),
    });
  app.get('/api/v2/alerts', { config }, (request, reply) =>
    reply.header('cache-control', 'no-store').send(wanted(parseQuery(request, Query))),
  );
  app.get('/api/v2/alerts/groups', { config }, (request, reply) =>
    reply.header('cache-control', 'no-store').send(alertGroups(wanted(parseQuery(request, Query)))),
  );
}

function allAlerts({ model, outside, config: { kit }, now }: HealthApiContext): GettableAlert[] {
  const { alerts, services, locale } = kit.config;
  return gettableAlerts({
    outside: outside.all(),
    records: model.alerts.values(),
    silences: [...model.silences.values()],
    channelsOf: (service, level) => (services[service]?.alerts?.routes ?? alerts.routes)[level],
    locale,
    now: now(),
  });
}
