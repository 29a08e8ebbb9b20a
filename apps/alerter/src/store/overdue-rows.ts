import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { OutboxRow } from '../core/notice.ts';
import type { Clock } from './alert-store.ts';
import { StoredRow } from './end-row.ts';
import { keyPrefix, luaScript, preamble } from './lua-script.ts';

export interface Overdue {
  row: OutboxRow;
  state: 'pending' | 'dead';
  /** How long it has waited; null where nobody need wait: it was given up, or its channel takes nothing for long. */
  waitedMs: number | null;
}

export interface OverdueRows {
  /** Urgent rows of a channel that have waited for `graceMs` or are given up, and the ms until the next one will have (null: none waits). */
  find(channel: string, graceMs: number): Promise<{ rows: Overdue[]; nextMs: number | null }>;
  /** True while it has not arrived, nor become part of another. */
  isOwed(nid: string): Promise<boolean>;
  /** True where the outbox knows this notice. */
  exists(nid: string): Promise<boolean>;
  /** This one needs no fallback any more. */
  leave(channel: string, nid: string): Promise<void>;
}

/**
 * ARGV: channel, grace ms, limit, now. Answers {until the next in ms or '', {nid, state, row, waited ms or ''}…}. A wait that
 * begins in the future was noted before the clock went back, and begins now.
 */
const overdueScript = luaScript(`${preamble}
local late, grace = P .. 'late:' .. ARGV[1], tonumber(ARGV[2])
for _, nid in ipairs(redis.call('ZRANGEBYSCORE', late, '(' .. ms(now), '+inf')) do redis.call('ZADD', late, ms(now), nid) end
-- A channel that is held for longer than that will not deliver in time: nothing of it need wait first.
local held = (tonumber(redis.call('HGET', P .. 'pace:' .. ARGV[1], 'hold')) or 0) > now + grace
local latest = held and now or now - grace
local out = { '' }
for _, nid in ipairs(redis.call('ZRANGEBYSCORE', late, '-inf', ms(latest), 'LIMIT', 0, ARGV[3])) do
  local row = redis.call('HMGET', P .. 'out:' .. nid, 'st', 'row')
  if row[1] == 'pending' or row[1] == 'dead' then
    local since = tonumber(redis.call('ZSCORE', late, nid))
    out[#out + 1] = { nid, row[1], row[2] or '', since > 0 and since <= now - grace and ms(now - since) or '' }
  else
    redis.call('ZREM', late, nid)
  end
end
local later = redis.call('ZRANGEBYSCORE', late, '(' .. ms(latest), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
if later[2] then out[1] = ms(tonumber(later[2]) + grace - now) end
return out`);

const OverdueReply = z
  .tuple([z.string()])
  .rest(z.tuple([z.string(), z.enum(['pending', 'dead']), z.string(), z.string()]));
const batch = 50;

/** What a fallback channel is to take over. */
export function createOverdueRows(redis: Redis, clock?: Clock): OverdueRows {
  const leave = async (channel: string, nid: string) => void (await redis.zrem(`${keyPrefix}late:${channel}`, nid));
  return {
    find: async (channel, graceMs) => {
      const reply = OverdueReply.parse(await overdueScript.run(redis, [channel, graceMs, batch, clock?.() ?? '']));
      const [next, ...found] = reply;
      const rows: Overdue[] = [];
      for (const [nid, state, raw, waited] of found) {
        const row = StoredRow.safeParse(raw);
        // One that nobody can read is set aside when its turn comes.
        if (row.success) rows.push({ row: row.data, state, waitedMs: waited === '' ? null : Number(waited) });
        else await leave(channel, nid);
      }
      return { rows, nextMs: next === '' ? null : Number(next) };
    },
    isOwed: async (nid) => ['pending', 'dead'].includes((await redis.hget(`${keyPrefix}out:${nid}`, 'st')) ?? ''),
    exists: async (nid) => (await redis.exists(`${keyPrefix}out:${nid}`)) === 1,
    leave,
  };
}
