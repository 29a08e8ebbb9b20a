import { z } from 'zod';
import { Silence } from './silence.ts';
import { IsoTime } from './time.ts';

/** `id` makes a repeat harmless, like that of an event; `actor` is who asked, for the audit; `at` is when. */
const head = { id: z.uuid(), actor: z.string().min(1).max(200), at: IsoTime };

/** Job of queue `alert-command`: what a person asks of the alerter. `alertId` is the id of an AlertRecord, `noticeId` of one of its notices. */
export const AlertCommand = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('ack'),
    ...head,
    alertId: z.string().min(1).max(500),
    note: z.string().max(1_000).nullable(),
  }),
  z.strictObject({ do: z.literal('unack'), ...head, alertId: z.string().min(1).max(500) }),
  z.strictObject({ do: z.literal('silence'), ...head, silence: Silence }),
  z.strictObject({ do: z.literal('unsilence'), ...head, silenceId: z.string().min(1).max(100) }),
  /** A message marked TEST over one channel, or over all of them; touches no alert (A8). */
  z.strictObject({ do: z.literal('test'), ...head, channel: z.string().min(1).nullable() }),
  /** Makes a dead notice due again. */
  z.strictObject({ do: z.literal('resend'), ...head, noticeId: z.string().min(1).max(1_000) }),
]);
export type AlertCommand = z.infer<typeof AlertCommand>;
export type AlertCommandOf<D extends AlertCommand['do']> = Extract<AlertCommand, { do: D }>;

/** How a test-send over one channel ended. `id` is the command's. `detail` is a word such as `http_404`, never an address. */
export const AlertTest = z.strictObject({
  id: z.string(),
  channel: z.string(),
  outcome: z.enum(['sent', 'failed']),
  detail: z.string().nullable(),
  at: IsoTime,
});
export type AlertTest = z.infer<typeof AlertTest>;

/** What became of a command, one for each: `id` is the command's, `target` the alert, silence, notice or channel it names (null: all). */
export const AlertAudit = z.strictObject({
  id: z.string(),
  do: z.enum(['ack', 'unack', 'silence', 'unsilence', 'test', 'resend']),
  actor: z.string(),
  target: z.string().nullable(),
  note: z.string().nullable(),
  /** False where it changed nothing; `reason` says why, e.g. `not_open`. */
  done: z.boolean(),
  reason: z.string(),
  at: IsoTime,
});
export type AlertAudit = z.infer<typeof AlertAudit>;
