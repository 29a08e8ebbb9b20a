import { luaScript, preamble } from './lua-script.ts';
import { rowLua } from './row-lua.ts';

/** ARGV: nid, limit, now. Answers {nid, row} for the rows that wait behind this one, and behind those, nearest first. */
export const behindScript = luaScript(`${preamble}
local limit = tonumber(ARGV[2])
local found, seen, queue = {}, {}, { ARGV[1] }
while #queue > 0 and #found < limit do
  for _, nid in ipairs(redis.call('LRANGE', P .. 'next:' .. table.remove(queue, 1), 0, limit)) do
    local out = redis.call('HMGET', P .. 'out:' .. nid, 'st', 'row')
    if not seen[nid] and out[1] == 'pending' then
      seen[nid] = true
      found[#found + 1] = { nid, out[2] or '' }
      queue[#queue + 1] = nid
    end
  end
end
return found`);

/**
 * Ends a claimed row, and rows that wait behind it, as merged into one behind them that nobody has tried yet, and gives that one its
 * new words. ARGV: members as JSON list of {nid, tok, notice, ids}, nid of the other, the other as it was read, the other as it is
 * to be, keep ms, now. Answers 1, or 0 when one of them is no longer what it was.
 */
export const collapseScript = luaScript(`${preamble}${rowLua}
local members, into = cjson.decode(ARGV[1]), ARGV[2]
local other = P .. 'out:' .. into
local target = redis.call('HMGET', other, 'st', 'row', 'att', 'due')
if target[1] ~= 'pending' or target[2] ~= ARGV[3] or target[3] ~= '0' then return 0 end
for _, one in ipairs(members) do
  local known = redis.call('HMGET', P .. 'out:' .. one.nid, 'st', 'tok')
  if known[1] ~= 'pending' or known[2] ~= one.tok then return 0 end
end
redis.call('HSET', other, 'row', ARGV[4])
local isMember = {}
for _, one in ipairs(members) do isMember[one.nid] = true end
-- What a member waits for and is no part of this, such as a digest between them, comes before the one that tells it now.
for _, one in ipairs(members) do
  local row = cjson.decode(redis.call('HGET', P .. 'out:' .. one.nid, 'row'))
  for _, after in ipairs(row.after) do
    local before = standing(after)
    if isPending(before) and not isMember[before] then
      redis.call('LREM', P .. 'next:' .. before, 0, one.nid)
      redis.call('RPUSH', P .. 'next:' .. before, into)
      redis.call('HINCRBY', other, 'wait', 1)
    end
  end
end
for _, one in ipairs(members) do
  local out = P .. 'out:' .. one.nid
  redis.call('HSET', out, 'st', 'merged', 'into', into)
  redis.call('PEXPIRE', out, ARGV[5])
  released(one.nid)
  shown(one.ids, one.nid, one.notice)
end
for _, one in ipairs(members) do
  redis.call('ZREM', P .. 'due:' .. target[4], one.nid)
  redis.call('ZREM', P .. 'late:' .. channelOf(target[4]), one.nid)
end
unspent(channelOf(target[4]))
return 1`);

/**
 * ARGV: channel, claimed nid, limit, now. Answers {token, attempts, may repeat, row} for the INFOs of a channel that nobody has on its
 * way: those that are due some time, and those that wait for nothing else than one of them or the claimed one.
 */
export const gatherScript = luaScript(`${preamble}
local limit = tonumber(ARGV[3])
local found, queue = {}, { ARGV[2] }
local function note(nid)
  local out = redis.call('HMGET', P .. 'out:' .. nid, 'st', 'tok', 'maybe', 'row', 'att')
  if out[1] ~= 'pending' then return end
  found[#found + 1] = { out[2] or '', out[5] or '0', (out[2] ~= '' or out[3] == '1') and '1' or '', out[4] or '' }
  queue[#queue + 1] = nid
end
local due = redis.call('ZRANGE', P .. 'due:' .. ARGV[1] .. ':3', 0, limit - 1, 'WITHSCORES')
for at = 1, #due, 2 do
  local leased = (redis.call('HGET', P .. 'out:' .. due[at], 'tok') or '') ~= '' and tonumber(due[at + 1]) > now
  if due[at] ~= ARGV[2] and not leased then note(due[at]) end
end
while #queue > 0 and #found < limit do
  for _, nid in ipairs(redis.call('LRANGE', P .. 'next:' .. table.remove(queue, 1), 0, limit)) do
    local out = redis.call('HMGET', P .. 'out:' .. nid, 'wait', 'due')
    if out[1] == '1' and out[2] == ARGV[1] .. ':3' then note(nid) end
  end
end
return found`);

/**
 * Writes one row in the place of several. ARGV: nid, due, row as JSON, may repeat 1|'', keep ms, members as JSON list of {nid, tok,
 * row, notice, ids}, notice of the new row as JSON, its record ids as JSON, now. Answers 1, or 0 when one of them is no longer
 * what it was. What waits behind a member waits behind the new row.
 */
export const foldScript = luaScript(`${preamble}${rowLua}
local nid, due, members = ARGV[1], ARGV[2], cjson.decode(ARGV[6])
local isMember = {}
for _, one in ipairs(members) do
  local known = redis.call('HMGET', P .. 'out:' .. one.nid, 'st', 'tok', 'row')
  if known[1] ~= 'pending' or known[2] ~= one.tok or known[3] ~= one.row then return 0 end
  isMember[one.nid] = true
end
for _, one in ipairs(members) do
  local out = P .. 'out:' .. one.nid
  redis.call('HSET', out, 'st', 'merged', 'into', nid)
  redis.call('PEXPIRE', out, ARGV[5])
  redis.call('ZREM', P .. 'due:' .. due, one.nid)
  for _, behind in ipairs(redis.call('LRANGE', P .. 'next:' .. one.nid, 0, -1)) do
    if not isMember[behind] then redis.call('RPUSH', P .. 'next:' .. nid, behind) end
  end
  redis.call('DEL', P .. 'next:' .. one.nid)
  shown(one.ids, one.nid, one.notice)
end
redis.call('HSET', P .. 'out:' .. nid, 'st', 'pending', 'row', ARGV[3], 'due', due, 'att', '0', 'tok', '', 'maybe', ARGV[4], 'wait', '0')
redis.call('ZADD', P .. 'due:' .. due, ms(now), nid)
shown(cjson.decode(ARGV[8]), nid, ARGV[7])
unspent(channelOf(due))
return 1`);
