import { alertText } from '@yoban/shared/alerts/alert-text';
import { Locale } from '@yoban/shared/config/fields';
import type { AlertRecord } from '@yoban/shared/contracts/alert';
import type { MetricsResponse } from '@yoban/shared/contracts/metrics';
import { zoneMidnight } from '@yoban/shared/zone-time';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { HealthApiContext } from '../context.ts';
import { dayBuckets, metricsColumns } from '../core/metrics-response.ts';
import { dayTotals } from '../core/totals.ts';
import { newestRecords } from '../state/read-model.ts';
import type { HealthDatabase } from '../store/database.ts';
import { parseQuery } from './query.ts';

const Query = z.object({ lang: Locale.optional() });
const alertsShown = 50;

/** `GET /api/metrics` (H3): the last 24 h of the primary service, today's totals, the last 50 alerts in words. */
export function registerMetrics(app: FastifyInstance, context: HealthApiContext): void {
  app.get('/api/metrics', (request, reply) => {
    const { lang } = parseQuery(request, Query);
    const answer = context.store.read((db) => metricsOf(context, db, lang ?? context.config.kit.config.locale));
    return reply.header('cache-control', 'no-store').send(answer);
  });
}

function metricsOf(context: HealthApiContext, db: HealthDatabase, locale: Locale): MetricsResponse {
  const { model, snapshot, config } = context;
  const now = context.now();
  const service = model.primary;
  const buckets = dayBuckets(now);
  const today = zoneMidnight(now, config.kit.config.timezone);
  const { health } = snapshot.current(now);
  return {
    ...metricsColumns({
      buckets,
      llm: db.calls.inBuckets(service, 'llm', buckets),
      tips: db.calls.inBuckets(service, 'tips', buckets),
      cycles: db.calls.inBuckets(service, 'cycles', buckets),
      memoryMb: db.samples.inBuckets(service, 'memory_mb', buckets),
    }),
    totals: {
      ...dayTotals({
        llm: db.calls.countsSince(service, 'llm', today),
        tips: db.calls.countsSince(service, 'tips', today),
        cycles: db.calls.countsSince(service, 'cycles', today),
      }),
      tips_total: model.primaryState.counters['tips.ok'] ?? 0,
      uptime_seconds: health.uptime_seconds,
      game_days_elapsed: health.checks.game.game_day,
    },
    recent_alerts: newestRecords(model.alerts, alertsShown, movedAt).map((alert) => ({
      level: alert.level,
      message: alertText(alert, locale).short,
      timestamp: movedAt(alert),
    })),
  };
}

/** The list tells events: an alert that is over stands at its end, with the words of its end. */
const movedAt = (alert: AlertRecord): string => alert.resolvedAt ?? alert.raisedAt;
