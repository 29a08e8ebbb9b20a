import { AlertLabels, AlertParams, OwnText } from '@yoban/shared/contracts/alert';
import { z } from 'zod';
import { DigestEntry } from './digest-entry.ts';

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
  /** WARNINGs not yet listed in a digest. */
  digest: z.array(DigestEntry).default([]),
  /** The newest notice per channel: the next one waits for it (FIFO per alert and channel). */
  tails: z.record(z.string(), z.string()),
  /** Counts notices, so that each has a deterministic id. */
  seq: z.int(),
});
export type Memory = z.infer<typeof Memory>;

/** Why the raise of an open alert has not been told: the window of its last sending, a silence, or a parent that explains it. */
const Hold = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('window') }),
  z.strictObject({ by: z.literal('silence'), id: z.string() }),
  z.strictObject({ by: z.literal('parent'), key: z.string() }),
]);
export type Hold = z.infer<typeof Hold>;

const Ack = z.strictObject({ by: z.string(), at: z.number(), note: z.string().nullable() });
export type Ack = z.infer<typeof Ack>;

const incident = {
  memory: Memory,
  level: z.enum(['critical', 'warning']),
  /** The source's time of the raise that opened it. */
  raisedAt: z.number(),
  /** Raises of this incident that were counted and not sent. */
  suppressed: z.int().nonnegative(),
  params: AlertParams,
  lastError: z.string().nullable(),
  labels: AlertLabels.default({}),
  text: OwnText.nullable().default(null),
};

const None = z.strictObject({ st: z.literal('none'), memory: Memory, tombAt: z.number().nullable() });
const Open = z.strictObject({
  st: z.literal('open'),
  ...incident,
  /** Channels that get the recovery of this incident. */
  announced: z.array(z.string()),
  /** Set while its raise is owed to people; null once it was told, or stands in a digest to come. */
  hold: Hold.nullable(),
  ack: Ack.nullable().default(null),
  /** The level reached and since when the time to the next ones counts; null while nobody was told. */
  escalation: z.strictObject({ level: z.int().nonnegative(), since: z.number() }).nullable().default(null),
  /** When the source takes it for over unless it raises it again (T15). */
  endsAt: z.number().nullable().default(null),
});
const Resolved = z.strictObject({
  st: z.literal('resolved'),
  ...incident,
  resolvedAt: z.number(),
  tombAt: z.number().nullable(),
});

/** Before there were silences and parents, only the window could hold a raise back. */
function fromOlder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('owed' in value)) return value;
  const { owed, ...rest } = value;
  return { ...rest, hold: owed === true ? { by: 'window' } : null };
}

/** State of one alert, `<service>/<alertType>`. A tomb is a clear that overtook its raise. */
export const AlertState = z.preprocess(fromOlder, z.discriminatedUnion('st', [None, Open, Resolved]));
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
    digest: [],
    tails: {},
    seq: 0,
  },
};
