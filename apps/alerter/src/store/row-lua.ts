/**
 * Lua that scripts about rows share. `standing(nid)` is the row to wait for instead of this one: where its words are now, or what it
 * overtook. `released(nid)` lets the rows go that waited for this one and wait for no other; `shown(ids,
 * nid, notice)` writes what records show of a notice; `unspent(channel)` gives back a token that was taken for a row that was
 * not sent.
 */
export const rowLua = `
local function channelOf(due) return string.match(due, '^(.*):%d$') end
local function isPending(nid) return redis.call('HGET', P .. 'out:' .. nid, 'st') == 'pending' end
local function standing(nid)
  local into = redis.call('HGET', P .. 'out:' .. nid, 'into')
  while into do
    nid = into
    into = redis.call('HGET', P .. 'out:' .. nid, 'into')
  end
  return nid
end
local function released(nid)
  local waiting = redis.call('LRANGE', P .. 'next:' .. nid, 0, -1)
  -- Rows from before a row could wait for several.
  local only = redis.call('HGET', P .. 'out:' .. nid, 'next')
  if #waiting > 0 then redis.call('DEL', P .. 'next:' .. nid) end
  if only then waiting[#waiting + 1] = only end
  for _, behind in ipairs(waiting) do
    local due = redis.call('HGET', P .. 'out:' .. behind, 'due')
    if due and redis.call('HINCRBY', P .. 'out:' .. behind, 'wait', -1) <= 0 then
      redis.call('ZADD', P .. 'due:' .. due, ms(now), behind)
    end
  end
end
local function shown(ids, nid, notice)
  for _, id in ipairs(ids) do
    local record = P .. 'record:' .. id
    local rev = redis.call('HGET', record, 'rev')
    if rev then
      redis.call('HSET', record, 'n:' .. nid, notice, 'rev', ms(rev + 1))
      redis.call('ZADD', P .. 'facts', 'NX', ms(now), id)
    end
  end
end
local function unspent(channel) redis.call('HINCRBYFLOAT', P .. 'pace:' .. channel, 'tokens', 1) end
`;
