import { jsonText } from '@yoban/shared/contracts/json-text';
import { z } from 'zod';

/** Neither side sends a longer line; whoever does is not a parent of ours. */
export const lineMaxBytes = 8 * 1024;

const EpochMs = z.number();
const Count = z.int().nonnegative();

/** What a `yoban run` parent says of itself and its app. Pids count in its own namespace. Fields of later versions are passed over. */
const RunStatus = z.object({
  version: z.literal(1),
  state: z.enum(['online', 'launching', 'stopped', 'waiting-restart', 'errored']),
  pid: z.int().positive().nullable(),
  startTicks: Count.nullable(),
  startedAt: EpochMs.nullable(),
  restarts: Count,
  unstableRestarts: Count,
  restartLimit: Count,
  minUptimeMs: z.number(),
  memoryLimitMb: z.number().nullable(),
  gaveUp: z.boolean(),
  memoryMb: z.number().nullable(),
  /** Ticks of 10 ms, user and system. */
  cpuTicks: z.number().nullable(),
  pidNamespace: z.string(),
  parent: z.object({ pid: z.int().positive(), startTicks: Count }),
  logs: z.object({ out: z.string().nullable(), error: z.string().nullable() }),
});
export type RunStatus = z.infer<typeof RunStatus>;

const RunPush = z.object({ event: z.enum(['exit', 'online', 'gave-up', 'beat']), at: EpochMs, status: RunStatus });
const RunReply = z.discriminatedUnion('ok', [
  z.object({ id: z.string(), ok: z.literal(true), status: RunStatus }),
  z.object({ id: z.string(), ok: z.literal(false), code: z.string(), message: z.string() }),
]);

/** One line from a parent: the answer to a request, or what it pushes after `watch`. */
export const RunLine = jsonText(z.union([RunPush, RunReply]));
export type RunLine = z.infer<typeof RunLine>;

export type RunRequest = 'status' | 'stop' | 'start' | 'restart' | 'watch';
