import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { stopwatch } from '../channels/time-limit.ts';
import { noticeState, type OutboxRow } from '../core/notice.ts';
import type { NextTry } from '../core/retry.ts';
import type { Clock } from './alert-store.ts';
import { claimScript, deferScript } from './delivery-scripts.ts';
import { createRowEnd, StoredRow } from './end-row.ts';
import type { FreshRows } from './fresh-rows.ts';
import { keyPrefix } from './lua-script.ts';
import type { SetAside } from './set-aside.ts';

/** How fast a destination may be sent to: a token bucket, of which INFO leaves `reserve` to what is urgent. */
export interface Pace {
  perSecond: number;
  burst: number;
  reserve: number;
}

export interface Claimed {
  row: OutboxRow;
  /** The row as Redis holds it. */
  raw: string;
  /** Counts this try. */
  attempts: number;
  /** An earlier try may have arrived. */
  mayRepeat: boolean;
  token: string;
  /** How old the lease is at most, ms. */
  ageMs: () => number;
  /** Epoch ms of the store's clock, going on from the claim. */
  now: () => number;
}

export interface Outbox {
  /**
   * The next rows of a channel, at most `most`, under a lease of this alerter; with fewer of them, when to ask again (null: when
   * something new comes).
   */
  claim(channel: string, pace: Pace, most: number): Promise<{ rows: Claimed[]; waitMs: number | null }>;
  /** Ends a row; false when the lease had passed to another alerter. `reason` is why it is dead. */
  settle(claimed: Claimed, state: 'sent' | 'dead', reason: string): Promise<boolean>;
  /** Gives a row back until later, with what went wrong on its receipt; false when the lease had passed to another alerter. */
  defer(claimed: Claimed, next: Extract<NextTry, { do: 'defer' }>): Promise<boolean>;
}

/** A lease that runs out is how a dead alerter is noticed: its rows are then sent by another. Longer than any try. */
export const leaseMs = 15_000;

const ClaimedRow = z.tuple([z.string(), z.coerce.number(), z.string(), z.string()]);
const ClaimReply = z.tuple([z.coerce.number(), z.string()]).rest(ClaimedRow);

export interface OutboxOptions {
  clock?: Clock | undefined;
  fresh?: FreshRows | undefined;
}

/** The outbox in Redis: rows are written with the decision they come from, here they are only claimed and settled. */
export function createOutbox(redis: Redis, setAside: SetAside, { clock, fresh }: OutboxOptions = {}): Outbox {
  const now = () => clock?.() ?? '';
  const end = createRowEnd(redis, clock);
  /** Ends a row that nobody can read, so that those behind it go; its record shows it as dead. */
  const refuse = async (
    channel: string,
    nid: string,
    raw: string,
    how: { token: string; at: number; error: z.ZodError },
  ) => {
    await setAside({ kind: 'notice', id: nid, raw, error: how.error });
    await end.unreadable(channel, nid, how.token, how.at);
  };
  /** What ran out of time is dead of what went wrong before, where that is known. */
  const whyDead = async (nid: string, reason: string): Promise<string> =>
    (reason === 'expired' ? await redis.hget(`${keyPrefix}out:${nid}`, 'err') : null) ?? reason;
  return {
    claim: async (channel, pace, most) => {
      for (;;) {
        const token = randomUUID();
        const args = [channel, leaseMs, token, pace.perSecond, pace.burst, pace.reserve, most, now()];
        const askedAtMs = performance.now();
        const ageMs = stopwatch();
        const [at, until, ...found] = ClaimReply.parse(await claimScript.run(redis, args));
        const lease = { token, ageMs, now: clock ?? (() => at + performance.now() - askedAtMs) };
        const rows: Claimed[] = [];
        for (const [nid, attempts, raw, maybe] of found) {
          const own = fresh?.take(nid, raw);
          const row = own ? { success: true as const, data: own } : StoredRow.safeParse(raw);
          if (row.success) rows.push({ row: row.data, raw, attempts, mayRepeat: maybe === '1', ...lease });
          else await refuse(channel, nid, raw, { token, at, error: row.error });
        }
        if (rows.length > 0 || found.length === 0) {
          return { rows, waitMs: until === '' ? null : Math.max(0, Number(until) - at) };
        }
      }
    },
    settle: async ({ row, token, attempts, now: at }, state, reason) => {
      const lastError = state === 'sent' ? null : await whyDead(row.nid, reason);
      return end.readable(row, state, { token, attempts, at: at(), lastError });
    },
    defer: async ({ row, token, attempts }, next) => {
      const holdUntil = next.holdUntil === null ? '' : Math.ceil(next.holdUntil);
      const flags = [next.burned ? '1' : '0', next.mayRepeat ? '1' : '', holdUntil, next.fallBack ? '1' : ''];
      const tries = next.burned ? attempts : attempts - 1;
      const told = { state: 'pending', attempts: tries, at: row.createdAt, lastError: next.reason } as const;
      const receipt = [next.reason, JSON.stringify(noticeState(row, told)), JSON.stringify(row.recordIds)];
      const args = [row.nid, token, Math.ceil(next.notBefore), ...flags, ...receipt, now()];
      return (await deferScript.run(redis, args)) === 1;
    },
  };
}
