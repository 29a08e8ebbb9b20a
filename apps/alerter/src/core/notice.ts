import { AlertLabels, AlertLevel, AlertParams, type AlertRecord, OwnText } from '@yoban/shared/contracts/alert';
import { DAY, HOUR } from '@yoban/shared/contracts/time';
import { z } from 'zod';

const CountedLine = z.strictObject({
  alertType: z.string(),
  count: z.int().positive(),
  /** Whether the alert still fires; null for INFO, which has no state. */
  open: z.boolean().nullable(),
  text: OwnText.nullable().default(null),
});

const DigestLine = z.strictObject({
  service: z.string(),
  alertType: z.string(),
  count: z.int().positive(),
  first: z.number(),
  last: z.number(),
  /** When it was over; null while it still fires. */
  recoveredAt: z.number().nullable(),
  params: AlertParams,
  lastError: z.string().nullable(),
  text: OwnText.nullable(),
});
export type DigestLine = z.infer<typeof DigestLine>;

const AlertNotice = z.strictObject({
  kind: z.enum(['raise', 'still', 'escalation', 'ack', 'recovery', 'info']),
  service: z.string(),
  at: z.number(),
  alertType: z.string(),
  level: AlertLevel,
  params: AlertParams,
  lastError: z.string().nullable(),
  text: OwnText.nullable().default(null),
  labels: AlertLabels.default({}),
  /** When the incident began. */
  since: z.number(),
  suppressed: z.int().nonnegative(),
  /** Why a `still` comes now. */
  because: z.enum(['reminder', 'window', 'silence', 'parent']).nullable().default(null),
  /** Who acknowledged it, for an `ack`. */
  ackedBy: z.string().nullable().default(null),
});
export type AlertNotice = z.infer<typeof AlertNotice>;

/** `summary`: repeats that were counted (A4). `fold`: INFOs beyond what a minute takes singly (A1). */
const CountedNotice = z.strictObject({
  kind: z.enum(['summary', 'fold']),
  service: z.string(),
  at: z.number(),
  lines: z.array(CountedLine).min(1),
});
export type CountedNotice = z.infer<typeof CountedNotice>;

/** The WARNINGs of a bucket, of any services (A1). */
const DigestNotice = z.strictObject({ kind: z.literal('digest'), at: z.number(), entries: z.array(DigestLine).min(1) });
export type DigestNotice = z.infer<typeof DigestNotice>;

/** What one message says; the words are made when it is sent, in the language and zone of its channel. Times are epoch ms. */
export const Notice = z.discriminatedUnion('kind', [AlertNotice, CountedNotice, DigestNotice]);
export type Notice = z.infer<typeof Notice>;

/** A row of the outbox: one message for one channel, with the id that makes a repeat of it recognisable. */
export interface OutboxRow {
  nid: string;
  channel: string;
  /** 1 first: alerts and recoveries, 2 digests and summaries, 3 infos. A CRITICAL overtakes whatever INFO waits (A1). */
  priority: 1 | 2 | 3;
  /** The notices that must be settled before this one goes. */
  after: string[];
  notice: Notice;
  createdAt: number;
  expiresAt: number;
  /** Records that show this notice's state. */
  recordIds: string[];
}

/** How long a notice is tried: an INFO that is hours old helps nobody. */
const ttlMs: Record<Notice['kind'], number> = {
  raise: DAY,
  still: DAY,
  escalation: DAY,
  ack: DAY,
  recovery: DAY,
  summary: DAY,
  digest: DAY,
  info: 6 * HOUR,
  fold: 6 * HOUR,
};
const priorities: Record<Notice['kind'], OutboxRow['priority']> = {
  raise: 1,
  still: 1,
  escalation: 1,
  ack: 1,
  recovery: 1,
  digest: 2,
  summary: 2,
  info: 3,
  fold: 3,
};

export function outboxRow(
  row: Pick<OutboxRow, 'nid' | 'channel' | 'notice' | 'recordIds'> & { after: readonly (string | null | undefined)[] },
  now: number,
): OutboxRow {
  const { kind } = row.notice;
  const after = [...new Set(row.after.filter((nid) => nid !== null && nid !== undefined))];
  return { ...row, after, priority: priorities[kind], createdAt: now, expiresAt: now + ttlMs[kind] };
}

type NoticeState = AlertRecord['notices'][number];

const shownKind: Record<Notice['kind'], NoticeState['kind']> = {
  raise: 'raise',
  still: 'raise',
  escalation: 'escalation',
  ack: 'ack',
  recovery: 'recovery',
  info: 'info',
  digest: 'digest',
  summary: 'summary',
  fold: 'summary',
};

/** What a record shows of a notice. */
export function noticeState(row: OutboxRow, state: NoticeState['state'], attempts: number, at: number): NoticeState {
  const { nid, channel } = row;
  const kind = shownKind[row.notice.kind];
  return { id: nid, channel, kind, state, attempts, at: new Date(at).toISOString(), lastError: null };
}
