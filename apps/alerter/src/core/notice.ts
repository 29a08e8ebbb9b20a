import { AlertLevel, AlertParams, type AlertRecord } from '@yoban/shared/contracts/alert';
import { DAY, HOUR } from '@yoban/shared/contracts/time';
import { z } from 'zod';

const CountedLine = z.strictObject({
  alertType: z.string(),
  count: z.int().positive(),
  /** Whether the alert still fires; null for INFO, which has no state. */
  open: z.boolean().nullable(),
});

const head = { service: z.string(), at: z.number() };

/** What one message says; the words are made when it is sent, in the language and zone of that moment. Times are epoch ms. */
export const Notice = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['raise', 'still', 'recovery', 'info']),
    ...head,
    alertType: z.string(),
    level: AlertLevel,
    params: AlertParams,
    lastError: z.string().nullable(),
    /** When the incident began. */
    since: z.number(),
    suppressed: z.int().nonnegative(),
  }),
  z.strictObject({ kind: z.enum(['summary', 'fold']), ...head, lines: z.array(CountedLine).min(1) }),
]);
export type Notice = z.infer<typeof Notice>;
export type AlertNotice = Extract<Notice, { alertType: string }>;

/** A row of the outbox: one message for one channel, with the id that makes a repeat of it recognisable. */
export interface OutboxRow {
  nid: string;
  channel: string;
  /** 1 first: alerts and recoveries, 2 summaries, 3 infos. A CRITICAL overtakes whatever INFO waits (A1). */
  priority: 1 | 2 | 3;
  /** The notice that must be settled before this one goes. */
  after: string | null;
  notice: Notice;
  createdAt: number;
  expiresAt: number;
  /** Records that show this notice's state. */
  recordIds: string[];
}

/** How long a notice is tried: an INFO that is hours old helps nobody. */
const ttlMs = { raise: DAY, still: DAY, recovery: DAY, summary: DAY, info: 6 * HOUR, fold: 6 * HOUR } as const;
const priorities = { raise: 1, still: 1, recovery: 1, summary: 2, info: 3, fold: 3 } as const;

export function outboxRow(
  row: Pick<OutboxRow, 'nid' | 'channel' | 'after' | 'notice' | 'recordIds'>,
  now: number,
): OutboxRow {
  const { kind } = row.notice;
  return { ...row, priority: priorities[kind], createdAt: now, expiresAt: now + ttlMs[kind] };
}

type NoticeState = AlertRecord['notices'][number];

/** What a record shows of a notice. */
export function noticeState(row: OutboxRow, state: NoticeState['state'], attempts: number, at: number): NoticeState {
  const shown = {
    raise: 'raise',
    still: 'raise',
    recovery: 'recovery',
    info: 'info',
    summary: 'summary',
    fold: 'summary',
  };
  return {
    id: row.nid,
    channel: row.channel,
    kind: shown[row.notice.kind] as NoticeState['kind'],
    state,
    attempts,
    at: new Date(at).toISOString(),
    lastError: null,
  };
}
