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

/** A channel that did not deliver this, so that another one does: for how long it has been silent, or why it will not. */
export const Via = z.strictObject({
  channel: z.string(),
  why: z.enum(['silent', 'refused', 'quota']),
  forMs: z.number(),
});
export type Via = z.infer<typeof Via>;

const AlertNotice = z.strictObject({
  /** `passed`: began and ended before anybody could be told, so that one message tells both. */
  kind: z.enum(['raise', 'still', 'escalation', 'ack', 'recovery', 'passed', 'info']),
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
  via: Via.optional(),
  /** Told past Redis, while nobody could look up what was told before. */
  direct: z.literal(true).optional(),
});
export type AlertNotice = z.infer<typeof AlertNotice>;

/** `summary`: repeats that were counted (A4). `fold`: INFOs beyond what a minute takes singly (A1). */
const CountedNotice = z.strictObject({
  kind: z.enum(['summary', 'fold']),
  service: z.string(),
  at: z.number(),
  lines: z.array(CountedLine).min(1),
  via: Via.optional(),
});
export type CountedNotice = z.infer<typeof CountedNotice>;

/** The WARNINGs of a bucket, of any services (A1). */
const DigestNotice = z.strictObject({ kind: z.literal('digest'), at: z.number(), entries: z.array(DigestLine).min(1) });
export type DigestNotice = z.infer<typeof DigestNotice>;

const BacklogLine = z.strictObject({
  service: z.string(),
  alertType: z.string(),
  count: z.int().positive(),
  first: z.number(),
  last: z.number(),
  text: OwnText.nullable(),
});
export type BacklogLine = z.infer<typeof BacklogLine>;

/** INFOs that could not be delivered for long, of any services, as one message. */
const BacklogNotice = z.strictObject({
  kind: z.literal('backlog'),
  at: z.number(),
  entries: z.array(BacklogLine).min(1),
});
export type BacklogNotice = z.infer<typeof BacklogNotice>;

/** What one message says; the words are made when it is sent, in the language and zone of its channel. Times are epoch ms. */
export const Notice = z.discriminatedUnion('kind', [AlertNotice, CountedNotice, DigestNotice, BacklogNotice]);
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
  /** Since when people wait for what it says, epoch ms, where that is longer than it exists. */
  waitsSince?: number | undefined;
  /** The id it had when it was tried past Redis: receivers that know ids must be told this one on every try. */
  sentAs?: string | undefined;
}

/** How long a notice is tried: an INFO that is hours old helps nobody. */
const ttlMs: Record<Notice['kind'], number> = {
  raise: DAY,
  still: DAY,
  escalation: DAY,
  ack: DAY,
  recovery: DAY,
  passed: DAY,
  summary: DAY,
  digest: DAY,
  info: 6 * HOUR,
  backlog: 6 * HOUR,
  fold: 6 * HOUR,
};
const priorities: Record<Notice['kind'], OutboxRow['priority']> = {
  raise: 1,
  still: 1,
  escalation: 1,
  ack: 1,
  recovery: 1,
  passed: 1,
  digest: 2,
  summary: 2,
  info: 3,
  backlog: 3,
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
  passed: 'recovery',
  info: 'info',
  digest: 'digest',
  summary: 'summary',
  fold: 'summary',
  backlog: 'summary',
};

export interface Receipt {
  state: NoticeState['state'];
  attempts: number;
  /** Epoch ms. */
  at: number;
  lastError?: string | null;
  mergedInto?: string;
}

/** What a record shows of a notice. */
export function noticeState(row: OutboxRow, { state, attempts, at, lastError, mergedInto }: Receipt): NoticeState {
  return {
    id: row.nid,
    channel: row.channel,
    kind: shownKind[row.notice.kind],
    state,
    attempts,
    at: new Date(at).toISOString(),
    lastError: lastError ?? null,
    ...(mergedInto && { mergedInto }),
  };
}

/** True for what a fallback channel takes over: a CRITICAL, its recovery, and the summary of those that were counted. */
export const isUrgent = ({ notice }: OutboxRow): boolean =>
  notice.kind === 'summary' || ('alertType' in notice && notice.level === 'critical' && !quiet.has(notice.kind));

const quiet: ReadonlySet<Notice['kind']> = new Set(['info', 'ack']);
