import type { Redis } from 'ioredis';
import type { Clock } from './alert-store.ts';
import { luaScript, preamble } from './lua-script.ts';
import type { Pace } from './outbox.ts';

/**
 * Takes a token of a channel for what does not come from the outbox. ARGV: channel, rate per second, burst, now. Answers the ms to
 * wait for one, 0 when it was taken. The bucket is the one of `claimScript`.
 */
const spendScript = luaScript(`${preamble}
local pace = P .. 'pace:' .. ARGV[1]
local rate, burst = tonumber(ARGV[2]), tonumber(ARGV[3])
local p = redis.call('HMGET', pace, 'tokens', 'at', 'hold')
local tokens, at, hold = tonumber(p[1]) or burst, tonumber(p[2]) or now, tonumber(p[3]) or 0
tokens = math.min(burst, tokens + math.max(0, now - at) * rate / 1000)
local wait = hold > now and hold - now or tokens < 1 and math.ceil((1 - tokens) * 1000 / rate) or 0
if wait == 0 then tokens = tokens - 1 end
redis.call('HSET', pace, 'tokens', tostring(tokens), 'at', ms(now))
return ms(wait)`);

/** Takes a token of the channel's rate, or resolves to the ms to wait for one. */
export type SpendToken = (channel: string, pace: Pace) => Promise<number>;

export const createSpendToken =
  (redis: Redis, clock?: Clock): SpendToken =>
  async (channel, { perSecond, burst }) =>
    Number(await spendScript.run(redis, [channel, perSecond, burst, clock?.() ?? '']));
