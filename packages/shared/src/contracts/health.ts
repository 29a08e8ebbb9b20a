import { z } from 'zod';
import { Character } from './report.ts';
import { IsoTime } from './time.ts';

export const OverallStatus = z.enum(['healthy', 'degraded', 'unhealthy']);
export type OverallStatus = z.infer<typeof OverallStatus>;

/** Additive to every check: how old its input is. `configured: false` keeps the shape and stays outside the roll-up (H2). */
const freshness = { stale: z.boolean(), age_s: z.number().nonnegative().nullable(), configured: z.boolean() };
const time = IsoTime.or(z.literal(''));

/** One cause of a status that is not healthy, e.g. `{code:'llm_error_rate', value:15.3, limit:10}`. */
export const Reason = z.object({
  code: z.string(),
  check: z.string(),
  impact: z.enum(['degraded', 'unhealthy']),
  value: z.number().nullable(),
  limit: z.number().nullable(),
  since: IsoTime,
});
export type Reason = z.infer<typeof Reason>;

export const ServiceSummary = z.object({
  name: z.string(),
  status: OverallStatus,
  display_name: z.string(),
  /** Share of the newest calls of the model that failed, 0 to 1; null where the service does not report, no longer reports, or made too few calls. */
  error_rate: z.number().min(0).max(1).nullable(),
});
export const DatabaseSummary = z.object({
  name: z.string(),
  service: z.string().nullable(),
  status: z.enum(['ok', 'error']),
  size_mb: z.number(),
  last_write: time,
  integrity: z.enum(['ok', 'unknown']),
});

/** A probe of a service's policy; what it said in words is told with the key alone. */
export const ProbeSummary = z.object({
  service: z.string(),
  name: z.string(),
  type: z.string(),
  status: z.enum(['ok', 'failing', 'unknown']),
  value: z.number().nullable(),
  unit: z.string().nullable(),
  ...freshness,
});
export type ProbeSummary = z.infer<typeof ProbeSummary>;

/** `GET /api/health` (H1): the source's shape exactly; what it does not have is additive. `status` is the first key (contracts). */
export const HealthResponse = z.object({
  status: OverallStatus,
  timestamp: IsoTime,
  /** Uptime of the guarded app; 0 while it is down. */
  uptime_seconds: z.number().nonnegative(),
  checks: z.object({
    process: z.object({
      status: z.enum(['ok', 'warning', 'error']),
      memory_mb: z.number(),
      cpu_percent: z.number(),
      restart_count: z.number().int(),
      memory_limit_mb: z.number().nullable(),
      restarts_left: z.number().int().nullable(),
      ...freshness,
    }),
    database: z.object({
      status: z.enum(['ok', 'error']),
      size_mb: z.number(),
      last_write: time,
      integrity: z.enum(['ok', 'unknown']),
      ...freshness,
    }),
    llm: z.object({
      status: z.enum(['ok', 'degraded', 'down']),
      avg_response_ms: z.number(),
      error_rate_percent: z.number(),
      last_success: time,
      fallback_active: z.boolean(),
      p95_ms_last_hour: z.number().nullable(),
      timeouts_last_hour: z.number().int(),
      fallbacks_last_hour: z.number().int(),
      ...freshness,
    }),
    tips: z.object({
      status: z.enum(['ok', 'warning']),
      processed_last_hour: z.number().int(),
      failed_last_hour: z.number().int(),
      queue_depth: z.number().int(),
      revenue_last_hour_yen: z.number(),
      ...freshness,
    }),
    platforms: z.object({
      youtube: z.object({ status: z.enum(['ok', 'disconnected']), last_poll: time, ...freshness }),
      tiktok: z.object({ status: z.enum(['ok', 'disconnected']), last_event: time, ...freshness }),
      obs: z.object({ status: z.enum(['ok', 'disconnected']), streaming: z.boolean(), last_seen: time, ...freshness }),
      viewers: z.number().int().nullable(),
    }),
    game: z.object({
      status: z.enum(['ok', 'stale']),
      current_cycle: z.number().int(),
      last_cycle_at: time,
      game_day: z.number().int(),
      cycle_ms: z.number().nullable(),
      characters: z.array(Character),
      ...freshness,
    }),
    ws: z.object({ connected_clients: z.number().int().nullable() }),
    system: z.object({
      status: z.enum(['ok', 'warning']),
      disk_free_gb: z.number().nullable(),
      disk_total_gb: z.number().nullable(),
      log_mb: z.number().nullable(),
      net_latency_ms: z.number().nullable(),
      host_cpu_percent: z.number().nullable(),
      load_1m: z.number().nullable(),
      host_memory_percent: z.number().nullable(),
      ...freshness,
    }),
    backups: z.object({
      status: z.enum(['ok', 'warning', 'error']),
      last_at: time,
      last_ok: z.boolean().nullable(),
      verified_at: time,
      last_drill_at: time,
      next_at: time,
      next_tier: z.string(),
      db_size_mb: z.number().nullable(),
      ...freshness,
    }),
    /** The kit itself: its bus and its own store. Never hides a fault of its own behind the app's. */
    kit: z.object({ bus: z.enum(['ok', 'down', 'unsafe']), store: z.enum(['ok', 'down']) }),
  }),
  reasons: z.array(Reason),
  services: z.array(ServiceSummary),
  databases: z.array(DatabaseSummary),
  /** Outside the roll-up, but for OBS, which stands in `platforms`. */
  probes: z.array(ProbeSummary),
});
export type HealthResponse = z.infer<typeof HealthResponse>;
