import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

export interface LuaScript {
  /** Runs it; every argument is sent as text. */
  run(redis: Redis, args: readonly (string | number)[]): Promise<unknown>;
}

/** All keys begin with this and share the hash tag, so that one script may touch any of them. */
export const keyPrefix = '{a}:';

/** A script known to Redis by its hash; sent whole where Redis has lost it, as after a restart. */
export function luaScript(source: string): LuaScript {
  const sha = createHash('sha1').update(source).digest('hex');
  return {
    run: async (redis, args) => {
      try {
        return await redis.evalsha(sha, 1, keyPrefix, ...args);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return redis.eval(source, 1, keyPrefix, ...args);
      }
    },
  };
}

/** First lines of every script: `P` the prefix, `now` in ms from the last argument, or Redis's own clock when that is empty. */
export const preamble = `
local P = KEYS[1]
local now = tonumber(ARGV[#ARGV])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local function ms(n) return string.format('%.0f', n) end
`;
