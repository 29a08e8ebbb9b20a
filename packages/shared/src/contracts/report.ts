import { z } from 'zod';
import { IsoTime } from './time.ts';

const ms = z.number().nonnegative();
export const LlmOutcome = z.enum(['ok', 'error', 'timeout', 'fallback']);
export const TipOutcome = z.enum(['ok', 'failed']);
export const CycleOutcome = z.enum(['ok', 'failed']);

export const Character = z.strictObject({
  name: z.string().min(1).max(80),
  activity: z.string().max(200),
  mood: z.number().min(0).max(100).optional(),
});
export type Character = z.infer<typeof Character>;

/**
 * What a guarded app reports (`POST /api/report`, sent by @yoban/agent). Every call stands in exactly one report (H3), so
 * percentiles count each call once. `instance` changes with every start of the app; (`instance`, `seq`) makes a repeat harmless.
 * Absent parts are "not configured". Times of `deltas` are milliseconds, money is yen.
 */
export const MetricsReport = z.strictObject({
  seq: z.int().nonnegative(),
  at: IsoTime,
  instance: z.string().min(1).max(64).default('default'),
  deltas: z
    .strictObject({
      /** [duration ms, outcome] for each call to the language model. */
      llmCalls: z
        .array(z.tuple([ms, LlmOutcome]))
        .max(20_000)
        .default([]),
      /** [amount yen, duration ms, outcome] for each tip. */
      tips: z
        .array(z.tuple([z.number().nonnegative(), ms, TipOutcome]))
        .max(20_000)
        .default([]),
      /** [duration ms, drift from the planned time ms, outcome] for each game cycle; the outcome is `ok` when left out. */
      cycles: z
        .array(z.union([z.tuple([ms, z.number()]), z.tuple([ms, z.number(), CycleOutcome])]))
        .max(2_000)
        .default([]),
    })
    .prefault({}),
  gauges: z
    .strictObject({
      processMemoryMb: z.number().nonnegative().optional(),
      processCpuPercent: z.number().nonnegative().optional(),
      dbSizeMb: z.number().nonnegative().optional(),
      wsConnectedClients: z.int().nonnegative().optional(),
      llmFallbackActive: z.boolean().optional(),
      /** When the model last answered; null when it has not since the start. */
      llmLastSuccessAt: IsoTime.nullable().optional(),
      tipQueueDepth: z.int().nonnegative().optional(),
      tipsProcessedTotal: z.int().nonnegative().optional(),
      cyclesCompleted: z.int().nonnegative().optional(),
      /** Calls and events thrown away because the reporter's memory was full (H4). */
      droppedEvents: z.int().nonnegative().optional(),
    })
    .prefault({}),
  game: z
    .strictObject({
      cycle: z.int().nonnegative(),
      day: z.int().nonnegative(),
      lastCycleAt: IsoTime.nullable(),
      /** The planned length of one cycle. */
      cycleMs: z.number().positive(),
      characters: z.array(Character).max(50).default([]),
    })
    .optional(),
  platforms: z
    .strictObject({
      youtube: z.strictObject({ connected: z.boolean(), lastPollAt: IsoTime.nullable() }).optional(),
      tiktok: z.strictObject({ connected: z.boolean(), lastEventAt: IsoTime.nullable() }).optional(),
      viewers: z.int().nonnegative().optional(),
    })
    .optional(),
});
export type MetricsReport = z.infer<typeof MetricsReport>;
