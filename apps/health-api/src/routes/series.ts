import type { SeriesResponse } from '@yoban/shared/contracts/metrics';
import { OpsError } from '@yoban/shared/errors';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { type Buckets, bucketsForHours } from '../core/buckets.ts';
import type { CallKind, CallSum } from '../core/minute-calls.ts';
import { bucketTimes, callSeries, isCallKey, isSampleKey, seriesKeys } from '../core/series.ts';
import type { HealthDatabase } from '../store/database.ts';
import { parseQuery } from './query.ts';

const Query = z.object({
  keys: z
    .string()
    .transform((text) => [...new Set(text.split(',').filter((key) => key !== ''))])
    .pipe(
      z
        .array(
          z.string().refine((key) => seriesKeys.includes(key), { error: `is not one of ${seriesKeys.join(', ')}` }),
        )
        .min(1),
    ),
  hours: z.coerce.number().min(1).max(48).default(24),
  service: z.string().optional(),
});

/** `GET /api/series`: columns for a chart, `null` where nothing is known. Steps: a minute up to 6 h, ten minutes up to 48 h. */
export function registerSeries(app: FastifyInstance, context: HealthApiContext): void {
  app.get('/api/series', (request, reply) => {
    const { keys, hours, service = context.model.primary } = parseQuery(request, Query);
    if (!context.model.services.has(service)) throw new OpsError('SERVICE_UNKNOWN', `there is no service "${service}"`);
    const buckets = bucketsForHours(hours, context.now());
    const columns = context.store.read((db) => readColumns(db, service, keys, buckets));
    const answer: SeriesResponse = { stepS: buckets.stepMs / 1000, times: bucketTimes(buckets), columns };
    return reply.header('cache-control', 'no-store').send(answer);
  });
}

function readColumns(db: HealthDatabase, service: string, keys: readonly string[], buckets: Buckets) {
  const calls = new Map<CallKind, (CallSum | null)[]>();
  // Several series are made of the same calls: each kind is read once.
  const callsOf = (kind: CallKind) => {
    const known = calls.get(kind) ?? db.calls.inBuckets(service, kind, buckets);
    calls.set(kind, known);
    return known;
  };
  const columns: Record<string, (number | null)[]> = {};
  for (const key of keys) {
    if (isSampleKey(key)) columns[key] = db.samples.inBuckets(service, key, buckets);
    else if (isCallKey(key)) {
      const { kind, of } = callSeries[key];
      columns[key] = callsOf(kind).map((one) => (one === null ? null : of(one)));
    }
  }
  return columns;
}
