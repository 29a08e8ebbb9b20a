import { z } from 'zod';
import { IsoTime } from './time.ts';

/**
 * `GET /api/metrics` (H3): the last 24 h in 144 ten-minute buckets, oldest first, empty ones left out. `time` is a bucket's
 * beginning. "today" begins at midnight in the configured zone; `errors_today` = LLM errors + failed tips + failed cycles.
 */
export const MetricsResponse = z.object({
  llm_response_times: z.array(z.object({ time: IsoTime, avg_ms: z.number(), p95_ms: z.number() })),
  tip_counts: z.array(z.object({ time: IsoTime, count: z.number(), failed: z.number() })),
  memory_usage: z.array(z.object({ time: IsoTime, mb: z.number() })),
  cycle_durations: z.array(z.object({ time: IsoTime, ms: z.number() })),
  totals: z.object({
    tips_today: z.number(),
    tips_total: z.number(),
    llm_calls_today: z.number(),
    errors_today: z.number(),
    uptime_seconds: z.number(),
    game_days_elapsed: z.number(),
  }),
  recent_alerts: z
    .array(z.object({ level: z.enum(['critical', 'warning', 'info']), message: z.string(), timestamp: IsoTime }))
    .max(50),
});
export type MetricsResponse = z.infer<typeof MetricsResponse>;

/** `GET /api/series`: columns as the chart takes them; `null` is a gap. `times` are epoch seconds of a bucket's beginning. */
export const SeriesResponse = z.object({
  stepS: z.number().int().positive(),
  times: z.array(z.number().int()),
  columns: z.record(z.string(), z.array(z.number().nullable())),
});
export type SeriesResponse = z.infer<typeof SeriesResponse>;
