import { AlertRecord } from '@yoban/shared/contracts/alert';
import { jsonText } from '@yoban/shared/contracts/json-text';
import { isoTime } from '@yoban/shared/contracts/time';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { Notice, noticeState, type OutboxRow } from '../core/notice.ts';
import { createTogether } from '../together.ts';
import type { Clock } from './alert-store.ts';
import { settleScript } from './delivery-scripts.ts';
import { keyPrefix } from './lua-script.ts';
import { deadKeptMs, sentKeptMs } from './write-plan.ts';

const Row = z.object({
  nid: z.string(),
  channel: z.string(),
  priority: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  // Before there were digests, a row waited for one other at most.
  after: z.union([z.array(z.string()), z.string().transform((nid) => [nid]), z.null().transform(() => [])]),
  notice: Notice,
  createdAt: z.number(),
  expiresAt: z.number(),
  recordIds: z.array(z.string()),
  waitsSince: z.number().optional(),
  sentAs: z.string().optional(),
}) satisfies z.ZodType<OutboxRow>;

/** A row as Redis holds it. */
export const StoredRow = jsonText(Row);
const KnownNotice = jsonText(AlertRecord.shape.notices.element);
const keptMs = { sent: sentKeptMs, dead: deadKeptMs } as const;

/** An end as settleScript reads it; `notice` is what the records of these ids show of it, as JSON. */
interface End {
  nid: string;
  tok: string;
  state: 'sent' | 'dead';
  notice: string;
  ids: string[];
}

const Settled = z.array(
  z
    .literal(1)
    .or(z.literal(0))
    .transform((end) => end === 1),
);
/** Most ends of one script: Redis answers nobody else meanwhile. */
const settledAtOnce = 100;

export interface RowEnd {
  /** Ends a row; false when its lease, of this `token`, has passed on. `lastError` is why it is dead. */
  readable(
    row: OutboxRow,
    state: 'sent' | 'dead',
    how: { token: string; attempts: number; at: number; lastError: string | null },
  ): Promise<boolean>;
  /** Ends a row that cannot be read as dead: what its record shows of it says so. */
  unreadable(channel: string, nid: string, token: string, at: number): Promise<boolean>;
}

/** The one way a row ends: its state, its record, and the row behind it goes. `at` is epoch ms. */
export function createRowEnd(redis: Redis, clock?: Clock): RowEnd {
  const settleAll = async (ends: readonly End[]) => {
    const keep = (state: End['state']) => String(keptMs[state]);
    const told = ends.map((one) => ({ ...one, keep: keep(one.state) }));
    return Settled.parse(await settleScript.run(redis, [JSON.stringify(told), clock?.() ?? '']));
  };
  const settle = createTogether(settleAll, settledAtOnce);
  return {
    readable: (row, state, { token, attempts, at, lastError }) => {
      const notice = JSON.stringify(noticeState(row, { state, attempts, at, lastError }));
      return settle({ nid: row.nid, tok: token, state, notice, ids: row.recordIds });
    },
    unreadable: async (channel, nid, token, at) => {
      const recordId = nid.slice(0, Math.max(0, nid.lastIndexOf(`:${channel}`)));
      const shown = KnownNotice.safeParse(await redis.hget(`${keyPrefix}record:${recordId}`, `n:${nid}`));
      if (!shown.success) return settle({ nid, tok: token, state: 'dead', notice: '', ids: [] });
      const notice = JSON.stringify({ ...shown.data, state: 'dead', at: isoTime(at), lastError: 'unreadable' });
      return settle({ nid, tok: token, state: 'dead', notice, ids: [recordId] });
    },
  };
}
