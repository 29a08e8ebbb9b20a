import { DAY } from '@yoban/shared/contracts/time';
import type { Redis } from 'ioredis';
import { noticeState } from '../core/notice.ts';
import type { Clock } from './alert-store.ts';
import { StoredRow } from './end-row.ts';
import { keyPrefix, luaScript, preamble } from './lua-script.ts';

/**
 * Makes a dead row due again. ARGV: nid, the row as it was read, the row as it is to be, notice as JSON, record ids as JSON, now.
 * Answers 1, or 0 when it is no longer dead or no longer that row.
 */
const resendScript = luaScript(`${preamble}
local out = P .. 'out:' .. ARGV[1]
local known = redis.call('HMGET', out, 'st', 'row', 'due')
if known[1] ~= 'dead' or known[2] ~= ARGV[2] then return 0 end
redis.call('HSET', out, 'st', 'pending', 'row', ARGV[3], 'att', '0', 'tok', '', 'wait', '0')
redis.call('HDEL', out, 'err')
redis.call('PERSIST', out)
redis.call('ZADD', P .. 'due:' .. known[3], ms(now), ARGV[1])
for _, id in ipairs(cjson.decode(ARGV[5])) do
  local record = P .. 'record:' .. id
  if redis.call('EXISTS', record) == 1 then
    redis.call('HSET', record, 'n:' .. ARGV[1], ARGV[4])
    redis.call('HINCRBY', record, 'rev', 1)
    redis.call('ZADD', P .. 'facts', 'NX', ms(now), id)
  end
end
local channel = string.match(known[3], '^(.*):%d$')
redis.call('LPUSH', P .. 'wake:' .. channel, '1')
redis.call('LTRIM', P .. 'wake:' .. channel, 0, 3)
return 1`);

export type Resent = 'resent' | 'not_dead' | 'no_such_notice' | 'no_such_channel';

/** Gives dead letters another day: the words are the same, tries are counted anew. It goes at once, whatever was sent meanwhile. */
export function createResend(
  redis: Redis,
  channels: readonly { name: string }[],
  clock?: Clock,
): (nid: string, now: number) => Promise<Resent> {
  return async (nid, now) => {
    const [st, raw] = await redis.hmget(`${keyPrefix}out:${nid}`, 'st', 'row');
    const row = StoredRow.safeParse(raw ?? '');
    if (!row.success) return 'no_such_notice';
    if (st !== 'dead') return 'not_dead';
    // Nobody would send it: its channel was renamed or removed.
    if (!channels.some(({ name }) => name === row.data.channel)) return 'no_such_channel';
    const waitsSince = row.data.waitsSince ?? row.data.createdAt;
    const again = { ...row.data, waitsSince, createdAt: now, expiresAt: now + DAY };
    const notice = JSON.stringify(noticeState(again, { state: 'pending', attempts: 0, at: now }));
    const args = [nid, raw ?? '', JSON.stringify(again), notice, JSON.stringify(again.recordIds), clock?.() ?? ''];
    return (await resendScript.run(redis, args)) === 1 ? 'resent' : 'not_dead';
  };
}
