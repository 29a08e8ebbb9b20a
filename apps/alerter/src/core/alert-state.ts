import { AlertParams } from '@yoban/shared/contracts/alert';
import { z } from 'zod';

/** What is remembered of an alert across its incidents. Times are epoch ms on the clock of the store. */
const Memory = z.strictObject({
  /** When the newest incident was opened, epoch ms, made greater than that of any before: `<service>/<alertType>#<epoch>` names its record. */
  epoch: z.int(),
  /** When a CRITICAL of this alert was last sent; the deduplication window counts from here (A4). */
  lastSentAt: z.number().nullable(),
  /** Channels told by that sending: a re-fire inside the window is hidden from them, its recovery is not. */
  told: z.array(z.string()),
  /** The source's own time of the newest raise. */
  lastRaiseAt: z.number(),
  /** Raises counted and not yet told, by the end of the window bucket they fell into. */
  unreported: z.array(z.strictObject({ until: z.number(), count: z.int().positive() })),
  /** The newest notice per channel: the next one waits for it (FIFO per alert and channel). */
  tails: z.record(z.string(), z.string()),
  /** Counts notices, so that each has a deterministic id. */
  seq: z.int(),
});
export type Memory = z.infer<typeof Memory>;

const incident = {
  memory: Memory,
  level: z.enum(['critical', 'warning']),
  /** The source's time of the raise that opened it. */
  raisedAt: z.number(),
  /** Raises of this incident that were counted and not sent. */
  suppressed: z.int().nonnegative(),
  params: AlertParams,
  lastError: z.string().nullable(),
};

const None = z.strictObject({ st: z.literal('none'), memory: Memory, tombAt: z.number().nullable() });
const Open = z.strictObject({
  st: z.literal('open'),
  ...incident,
  /** Channels that get the recovery of this incident. */
  announced: z.array(z.string()),
  /** Opened inside the window: it is told as soon as the window is over, if it is still open then. */
  owed: z.boolean(),
});
const Resolved = z.strictObject({
  st: z.literal('resolved'),
  ...incident,
  resolvedAt: z.number(),
  tombAt: z.number().nullable(),
});

/** State of one alert, `<service>/<alertType>`. A tomb is a clear that overtook its raise. */
export const AlertState = z.discriminatedUnion('st', [None, Open, Resolved]);
export type AlertState = z.infer<typeof AlertState>;
export type OpenAlert = z.infer<typeof Open>;
export type ResolvedAlert = z.infer<typeof Resolved>;

export const noAlert: AlertState = {
  st: 'none',
  tombAt: null,
  memory: {
    epoch: 0,
    lastSentAt: null,
    told: [],
    lastRaiseAt: Number.MIN_SAFE_INTEGER,
    unreported: [],
    tails: {},
    seq: 0,
  },
};

/** End of the aligned window bucket that `now` falls into. */
export const bucketEnd = (now: number, windowMs: number): number => (Math.floor(now / windowMs) + 1) * windowMs;

/** True inside the window of the last sending. A sending "in the future" means the clock went back: then nothing is withheld. */
export const insideWindow = (memory: Memory, now: number, windowMs: number): boolean =>
  memory.lastSentAt !== null && memory.lastSentAt <= now && now - memory.lastSentAt < windowMs;

/** One more raise that is counted and told only by the summary of its bucket. */
export function counted(memory: Memory, now: number, windowMs: number): Memory {
  const until = bucketEnd(now, windowMs);
  const known = memory.unreported.find((one) => one.until === until);
  const others = memory.unreported.filter((one) => one !== known);
  return { ...memory, unreported: [...others, { until, count: (known?.count ?? 0) + 1 }] };
}
