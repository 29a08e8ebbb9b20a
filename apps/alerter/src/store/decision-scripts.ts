import { luaScript, preamble } from './lua-script.ts';
import { rowLua } from './row-lua.ts';

/**
 * Keys below `{a}:`
 *   doc:<name>         hash v, json: state of an alert (`alert/<service>/<type>`), a service (`service/<service>`), a channel
 *                      (`channel/<channel>`), or the book of silences (`silences`)
 *   seen:<id>          an event or command that was decided, 24 h (T0)
 *   out:<nid>          hash: one outbox row; `wait` counts the rows it waits for, `into` names the row to wait for
 *                      instead: the one it was merged into, or one it overtook
 *   next:<nid>         list: the rows that wait for this one
 *   due:<channel>:<priority>  zset nid -> not before; a claimed row's score is the end of its lease
 *   late:<channel>     zset nid -> since when it waits: what a fallback channel takes over, 0 = at once
 *   record:<id>        hash base, rev, n:<nid>: what the read model is told
 *   facts              zset record id -> when it became dirty
 *   tell               list: facts that are no records, as JSON, each until the bus has it
 *   agenda             zset: what falls due by the clock
 *   watch:<service>, digest:<channel>   sets: the alerts that a summary, a digest must look at
 *   held:silence:<id>, held:parent:<key>   sets: the alerts to look at when that is over
 *   wake               list per channel: a blocking pop on it wakes whoever delivers
 */

/** ARGV: how many ids, ids…, names…, now. Answers {now, '0' or '1' for each id whether it was decided, as one text, v1, json1, v2, json2 …}. */
export const loadScript = luaScript(`${preamble}
local seen = {}
local ids = tonumber(ARGV[1])
for i = 2, ids + 1 do seen[i - 1] = redis.call('EXISTS', P .. 'seen:' .. ARGV[i]) end
local out = { ms(now), table.concat(seen) }
for i = ids + 2, #ARGV - 1 do
  local doc = redis.call('HMGET', P .. 'doc:' .. ARGV[i], 'v', 'json')
  out[#out + 1] = doc[1] or '0'
  out[#out + 1] = doc[2] or ''
end
return out`);

/**
 * Writes plans one after the other, each whole or not at all. ARGV: {notAfter, seenMs, deadMs, sentMs, plans} as JSON; the texts that
 * are kept, which the JSON names by their place among the arguments (`json`, `base`, facts); now. Answers a word for each: 'done',
 * 'seen' (the event was decided before), 'late' (nobody counts on it any more) or 'conflict' (a document is no longer the one the plan
 * was made from, or is one that a plan before it should have written and did not). Numbers that are kept travel as text: cjson's own
 * number format would round epoch milliseconds.
 */
export const applyScript = luaScript(`${preamble}${rowLua}
local batch = cjson.decode(ARGV[1])
local version, unwritten, wake = {}, {}, {}
local function versionOf(name)
  if not version[name] then version[name] = redis.call('HGET', P .. 'doc:' .. name, 'v') or '0' end
  return version[name]
end
local function verdict(plan)
  if plan.seen ~= '' and redis.call('EXISTS', P .. 'seen:' .. plan.seen) == 1 then return 'seen' end
  if batch.notAfter ~= '' and now > tonumber(batch.notAfter) then return 'late' end
  for _, doc in ipairs(plan.docs) do
    if unwritten[doc.name] or versionOf(doc.name) ~= doc.expect then return 'conflict' end
  end
  return 'done'
end
local function writeDocs(plan)
  for _, doc in ipairs(plan.docs) do
    if doc.json then
      local key = P .. 'doc:' .. doc.name
      redis.call('HSET', key, 'v', doc.version, 'json', ARGV[doc.json])
      version[doc.name] = doc.version
      if doc.ttlMs ~= '' then redis.call('PEXPIRE', key, doc.ttlMs) elseif doc.expect ~= '0' then redis.call('PERSIST', key) end
    end
  end
end
local beginnings = { raise = true, still = true, escalation = true }
-- Ends a beginning whose channel has heard newer news past Redis as merged into that: behind it, or even its recovery, it would be
-- told anew. Answers what it waited for, nil where it is no beginning.
local function merged(before, nid)
  local out = P .. 'out:' .. before
  local known = redis.call('HMGET', out, 'row', 'due')
  local isRead, told = pcall(cjson.decode, known[1] or '')
  if not isRead or type(told.notice) ~= 'table' or not beginnings[told.notice.kind] then return nil end
  redis.call('HSET', out, 'st', 'merged', 'into', nid)
  redis.call('PEXPIRE', out, batch.sentMs)
  redis.call('ZREM', P .. 'due:' .. known[2], before)
  redis.call('ZREM', P .. 'late:' .. channelOf(known[2]), before)
  released(before)
  for _, id in ipairs(told.recordIds) do
    local notice = redis.call('HGET', P .. 'record:' .. id, 'n:' .. before)
    if notice then
      notice = cjson.decode(notice)
      notice.state, notice.mergedInto = 'merged', nid
      shown({ id }, before, cjson.encode(notice))
    end
  end
  return told.after
end
local function passOver(row, nids)
  for _, one in ipairs(nids) do
    local before = standing(one)
    if isPending(before) then
      local behind = merged(before, row.nid)
      if behind then passOver(row, behind) else redis.call('HSET', P .. 'out:' .. row.nid, 'into', before) end
    end
  end
end
-- What its channel had before Redis could be asked is over, whatever still waits there.
local function writeSent(row)
  passOver(row, row.after)
  redis.call('HSET', P .. 'out:' .. row.nid, 'st', 'sent', 'row', ARGV[row.json], 'due', row.due, 'att', '1', 'tok', '')
  redis.call('PEXPIRE', P .. 'out:' .. row.nid, batch.sentMs)
end
local function writeRow(row)
  local waits = 0
  for _, one in ipairs(row.after) do
    local before = standing(one)
    if isPending(before) then
      redis.call('RPUSH', P .. 'next:' .. before, row.nid)
      waits = waits + 1
    end
  end
  redis.call('HSET', P .. 'out:' .. row.nid, 'st', 'pending', 'row', ARGV[row.json], 'due', row.due, 'att', '0', 'tok', '', 'maybe',
    row.maybe, 'wait', tostring(waits))
  if row.urgent ~= '' then redis.call('ZADD', P .. 'late:' .. row.channel, ms(now), row.nid) end
  if waits == 0 then
    redis.call('ZADD', P .. 'due:' .. row.due, ms(now), row.nid)
    wake[row.channel] = true
  end
end
-- Writes what a record has new, beside these fields; true when it is the first that is written of it.
local function noted(record, ...)
  local key = P .. 'record:' .. record.id
  local rev = redis.call('HGET', key, 'rev')
  local fields = { 'rev', ms((rev or 0) + 1), ... }
  for _, notice in ipairs(record.notices) do
    fields[#fields + 1] = 'n:' .. notice.nid
    fields[#fields + 1] = ARGV[notice.json]
  end
  redis.call('HSET', key, unpack(fields))
  redis.call('ZADD', P .. 'facts', 'NX', ms(now), record.id)
  return not rev
end
local function writeRecords(plan)
  for _, record in ipairs(plan.records) do
    local key = P .. 'record:' .. record.id
    local isNew = noted(record, 'base', ARGV[record.base])
    if record.ttlMs ~= '' then
      -- One with a dead letter is kept as long as that.
      local isDead = not isNew and redis.call('HEXISTS', key, 'dead') == 1
      redis.call('PEXPIRE', key, isDead and batch.deadMs or record.ttlMs)
    elseif not isNew then
      redis.call('PERSIST', key)
    end
  end
  for _, record in ipairs(plan.receipts) do
    if redis.call('EXISTS', P .. 'record:' .. record.id) == 1 then noted(record) end
  end
end
local function writeLooks(plan)
  for _, one in ipairs(plan.watch) do redis.call('SADD', P .. one.set, one.key) end
  if plan.ticked then
    local done = plan.ticked
    for _, key in ipairs(done.settled) do redis.call('SREM', P .. done.set, key) end
    redis.call('ZREM', P .. 'agenda', done.name)
    if done.nextAt ~= '' and redis.call('SCARD', P .. done.set) > 0 then
      redis.call('ZADD', P .. 'agenda', done.nextAt, done.name)
    end
  end
  for _, one in ipairs(plan.release) do
    for _, key in ipairs(redis.call('SMEMBERS', P .. one.set)) do
      redis.call('ZADD', P .. 'agenda', 'LT', one.at, 'alert:' .. key)
    end
    redis.call('DEL', P .. one.set)
  end
  for _, entry in ipairs(plan.agenda) do redis.call('ZADD', P .. 'agenda', 'LT', entry.at, entry.name) end
end
local words = {}
for i, plan in ipairs(batch.plans) do
  words[i] = verdict(plan)
  if words[i] == 'done' then
    if plan.seen ~= '' then redis.call('SET', P .. 'seen:' .. plan.seen, '1', 'PX', batch.seenMs) end
    writeDocs(plan)
    for _, row in ipairs(plan.rows) do
      if row.st == 'sent' then writeSent(row) else writeRow(row) end
    end
    writeRecords(plan)
    for _, fact in ipairs(plan.facts) do redis.call('RPUSH', P .. 'tell', ARGV[fact]) end
    writeLooks(plan)
  else
    -- Plans behind it were made as if it had been written. The version alone does not show that: another alerter's may have the same.
    for _, doc in ipairs(plan.docs) do
      if doc.json then unwritten[doc.name] = true end
    end
  end
end
for channel in pairs(wake) do
  redis.call('LPUSH', P .. 'wake:' .. channel, '1')
  redis.call('LTRIM', P .. 'wake:' .. channel, 0, 3)
end
return words`);

/**
 * ARGV: how far ahead anything can be, ms; now. Answers {now, score of the next or '', members due now…}. What lies further
 * ahead than that was noted before the clock went back, and is due.
 */
export const agendaScript = luaScript(`${preamble}
local key, horizon = P .. 'agenda', now + tonumber(ARGV[1])
local out = { ms(now), '' }
for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', ms(now), 'LIMIT', 0, 100)) do out[#out + 1] = member end
for _, member in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. ms(horizon), '+inf', 'LIMIT', 0, 100)) do
  out[#out + 1] = member
end
local later = redis.call('ZRANGEBYSCORE', key, '(' .. ms(now), ms(horizon), 'WITHSCORES', 'LIMIT', 0, 1)
out[2] = later[2] or ''
return out`);
