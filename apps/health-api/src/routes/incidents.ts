import { AlertLevel } from '@yoban/shared/contracts/alert';
import type { Incident } from '@yoban/shared/contracts/incident';
import type { IncidentPage } from '@yoban/shared/contracts/incident-figures';
import { DAY, isoTime } from '@yoban/shared/contracts/time';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { incidentFigures } from '../core/incident-figures.ts';
import { paramOf } from './alert-commands.ts';
import { parseQuery } from './query.ts';

const Query = z.object({
  state: z.enum(['open', 'ended']).optional(),
  service: z.string().trim().min(1).max(200).optional(),
  severity: AlertLevel.optional(),
  falseAlarm: z.enum(['true', 'false']).optional(),
  before: z.string().min(1).max(1_000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
  /** Of how long a time the figures are. */
  days: z.coerce.number().int().min(1).max(366).default(30),
});

/**
 * `GET /api/incidents?state=&service=&severity=&falseAlarm=&before=&limit=50&days=30`: the watchdog's incidents, open ones first, with
 * the figures of the last `days`; `GET /api/incidents/:id`: one of them.
 */
export function registerIncidents(app: FastifyInstance, { store, now }: HealthApiContext): void {
  app.get('/api/incidents', (request, reply) => {
    const { state, service, severity, falseAlarm, before, limit, days } = parseQuery(request, Query);
    const [fromMs, toMs] = [now() - days * DAY, now()];
    const answer: IncidentPage = store.read(({ incidents }) => ({
      ...incidents.page({
        ...{
          state: state ?? null,
          service: service ?? null,
          severity: severity ?? null,
          before: before ?? null,
          limit,
        },
        falseAlarm: falseAlarm === undefined ? null : falseAlarm === 'true',
      }),
      period: { from: isoTime(fromMs), to: isoTime(toMs) },
      figures: incidentFigures(incidents.detectedBetween(fromMs, toMs)),
    }));
    return reply.header('cache-control', 'no-store').send(answer);
  });
  app.get('/api/incidents/:id', (request, reply) =>
    reply.header('cache-control', 'no-store').send(knownIncident(store, paramOf(request, 'id'))),
  );
}

/** Throws OpsError NOT_FOUND. */
export function knownIncident(store: HealthApiContext['store'], id: string): Incident {
  const incident = store.read(({ incidents }) => incidents.find(id));
  if (incident) return incident;
  throw new OpsError('NOT_FOUND', `there is no incident "${id}"`);
}
