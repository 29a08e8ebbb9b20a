import { luaScript, preamble } from './lua-script.ts';
import { rowLua } from './row-lua.ts';

/**
 * Takes the next rows of a channel under a lease. ARGV: channel, lease ms, token, rate per second, burst, reserve, most rows, now.
 * Answers {now, until when to wait or '', {nid, attempts, row, may repeat} …}; the wait is that for the row after these. Within the
 * channel's rate (a token bucket that all alerters share) the best priority goes first, and INFO leaves `reserve` tokens for what is
 * urgent. A clock that went back would make waits last as long again: then everything is due at once, but for what is on its way,
 * which keeps its lease.
 */
export const claimScript = luaScript(`${preamble}
local channel, lease, token = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local rate, burst, reserve, most = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local due = P .. 'due:' .. channel .. ':'
local pace = P .. 'pace:' .. channel
local p = redis.call('HMGET', pace, 'tokens', 'at', 'hold')
local tokens, at, hold = tonumber(p[1]) or burst, tonumber(p[2]) or now, tonumber(p[3]) or 0
if at - now > 5000 then
  for priority = 1, 3 do
    for _, nid in ipairs(redis.call('ZRANGEBYSCORE', due .. priority, '(' .. ms(now), '+inf')) do
      local leased = (redis.call('HGET', P .. 'out:' .. nid, 'tok') or '') ~= ''
      redis.call('ZADD', due .. priority, ms(leased and now + lease or now), nid)
    end
  end
  hold = 0
  redis.call('HDEL', pace, 'hold')
end
tokens = math.min(burst, tokens + math.max(0, now - at) * rate / 1000)
local soonest, claimed = nil, {}
local function later(t) if not soonest or t < soonest then soonest = t end end
-- One of those that are first; true when it is taken, false when this and all behind it are for later, nil when it was none.
local function claim(key, need, nid, score)
  local out = P .. 'out:' .. nid
  local row = redis.call('HMGET', out, 'st', 'row', 'tok', 'maybe', 'att')
  if row[1] ~= 'pending' then
    redis.call('ZREM', key, nid)
    return nil
  end
  if score > now then later(score) return false end
  if tokens < need then later(now + math.ceil((need - tokens) * 1000 / rate)) return false end
  tokens = tokens - 1
  local attempts = tostring((tonumber(row[5]) or 0) + 1)
  redis.call('ZADD', key, ms(now + lease), nid)
  redis.call('HSET', out, 'tok', token, 'att', attempts)
  local maybe = (row[3] and row[3] ~= '') or row[4] == '1'
  claimed[#claimed + 1] = { nid, attempts, row[2] or '', maybe and '1' or '' }
  return true
end
local function claimFrom(key, need)
  while #claimed < most do
    local first = redis.call('ZRANGE', key, 0, most - #claimed - 1, 'WITHSCORES')
    if #first == 0 then return end
    for i = 1, #first, 2 do
      if claim(key, need, first[i], tonumber(first[i + 1])) == false then return end
    end
  end
end
if hold > now then later(hold) else
  for priority = 1, 3 do claimFrom(due .. priority, priority == 3 and reserve + 1 or 1) end
end
redis.call('HSET', pace, 'tokens', tostring(tokens), 'at', ms(now))
return { ms(now), soonest and ms(soonest) or '', unpack(claimed) }`);

/**
 * Ends rows as 'sent' or 'dead' and lets those behind them go. ARGV: a JSON list of {nid, tok, state, keep ms, notice as JSON, ids of
 * records}, now. Answers 1 for each, or 0 where the lease has passed to another alerter. What is dead is for the fallback channel
 * at once, and its records are kept as long as the row, so that they can show what becomes of it when somebody has it sent again.
 */
export const settleScript = luaScript(`${preamble}${rowLua}
local function keptAs(ids, keep)
  for _, id in ipairs(ids) do
    local record = P .. 'record:' .. id
    if redis.call('EXISTS', record) == 1 then
      redis.call('HSET', record, 'dead', '1')
      local left = redis.call('PTTL', record)
      if left >= 0 and left < tonumber(keep) then redis.call('PEXPIRE', record, keep) end
    end
  end
end
local function settle(one)
  local out = P .. 'out:' .. one.nid
  local known = redis.call('HMGET', out, 'st', 'tok', 'due')
  if known[1] ~= 'pending' or known[2] ~= one.tok then return 0 end
  redis.call('HSET', out, 'st', one.state)
  redis.call('PEXPIRE', out, one.keep)
  redis.call('ZREM', P .. 'due:' .. known[3], one.nid)
  local late = P .. 'late:' .. channelOf(known[3])
  if one.state == 'dead' then redis.call('ZADD', late, 'XX', 0, one.nid) else redis.call('ZREM', late, one.nid) end
  released(one.nid)
  shown(one.ids, one.nid, one.notice)
  if one.state == 'dead' then keptAs(one.ids, one.keep) end
  return 1
end
local ends = {}
for i, one in ipairs(cjson.decode(ARGV[1])) do ends[i] = settle(one) end
return ends`);

/**
 * Gives a row back until later. ARGV: nid, token, not before, burned 1|0, may repeat 1|'', hold the channel until or '', fall back
 * now 1|'', word of the failure, notice as JSON, record ids as JSON, now. Answers 1, or 0 when the lease has passed to another
 * alerter. Records are told when the word is a new one: an hour of the same is one change.
 */
export const deferScript = luaScript(`${preamble}${rowLua}
local nid = ARGV[1]
local out = P .. 'out:' .. nid
local known = redis.call('HMGET', out, 'st', 'tok', 'due', 'err')
if known[1] ~= 'pending' or known[2] ~= ARGV[2] then return 0 end
redis.call('HSET', out, 'tok', '', 'err', ARGV[8])
if ARGV[4] == '0' then redis.call('HINCRBY', out, 'att', -1) end
if ARGV[5] == '1' then redis.call('HSET', out, 'maybe', '1') end
redis.call('ZADD', P .. 'due:' .. known[3], ARGV[3], nid)
local channel = channelOf(known[3])
if ARGV[6] ~= '' then
  -- Of several tries on their way at once, the one that is told to wait longest is obeyed.
  local hold = tonumber(redis.call('HGET', P .. 'pace:' .. channel, 'hold')) or 0
  if hold < now or hold < tonumber(ARGV[6]) then redis.call('HSET', P .. 'pace:' .. channel, 'hold', ARGV[6]) end
end
if ARGV[7] == '1' then redis.call('ZADD', P .. 'late:' .. channel, 'XX', 0, nid) end
if known[4] ~= ARGV[8] then shown(cjson.decode(ARGV[10]), nid, ARGV[9]) end
return 1`);

/** ARGV: limit, now. Answers {id, rev, hash as flat list} for records whose newest state the bus has not had. */
export const dirtyScript = luaScript(`${preamble}
local out = {}
for _, id in ipairs(redis.call('ZRANGE', P .. 'facts', 0, ARGV[1] - 1)) do
  local record = redis.call('HGETALL', P .. 'record:' .. id)
  if #record == 0 then redis.call('ZREM', P .. 'facts', id) else out[#out + 1] = { id, record } end
end
return out`);

/** ARGV: record id, rev, record id, rev …, now. Takes records off the list unless they have changed since. */
export const cleanScript = luaScript(`${preamble}
for at = 1, #ARGV - 2, 2 do
  if redis.call('HGET', P .. 'record:' .. ARGV[at], 'rev') == ARGV[at + 1] then redis.call('ZREM', P .. 'facts', ARGV[at]) end
end
return 1`);

/** ARGV: record id, rev, now. Forgets a record that was set aside, unless it has changed since. */
export const dropRecordScript = luaScript(`${preamble}
local record = P .. 'record:' .. ARGV[1]
if (redis.call('HGET', record, 'rev') or '0') == ARGV[2] then
  redis.call('DEL', record)
  redis.call('ZREM', P .. 'facts', ARGV[1])
end
return 1`);
