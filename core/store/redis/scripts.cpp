#include "core/store/redis/scripts.hpp"

#include <iterator>

namespace vmcpauth::store::redis {
namespace {

constexpr const char* kCommon = R"lua(
local prefix = ARGV[1]
local call = redis.call
local unclaimed = prefix .. 'vmcpauth:sessions:unclaimed'
local function decoded(text)
  if not text then return nil end
  local ok, value = pcall(cjson.decode, text)
  if ok and type(value) == 'table' then return value end
  return nil
end
local function user_of(text)
  local row = decoded(text)
  if row and type(row.user_id) == 'string' then return row.user_id end
  return ''
end
-- What lists rows never dies before the last of them; 0 ms: for ever.
local function outlive(key, is_new, ms)
  if ms == 0 then
    call('PERSIST', key)
  elseif is_new then
    call('PEXPIRE', key, ms)
  else
    local left = call('PTTL', key)
    if left >= 0 and left < ms then call('PEXPIRE', key, ms) end
  end
end
local function set(key, value, ms)
  if ms > 0 then call('SET', key, value, 'PX', ms) else call('SET', key, value) end
end
local function is_new(key) return call('EXISTS', key) == 0 end
-- What is to go may be of any type: a key that somebody else made must not be in the way of the rest.
local function text_at(key)
  local value = redis.pcall('GET', key)
  return type(value) == 'string' and value or nil
end
local function forget_row(key)
  local user = user_of(text_at(key))
  if user ~= '' then redis.pcall('SREM', prefix .. 'user:upstream:' .. user, key) end
  call('DEL', key)
end
local function erase_session(session)
  local index = prefix .. 'upstream:idx:' .. session
  local keys = redis.pcall('SMEMBERS', index)
  for _, key in ipairs(keys.err and {} or keys) do
    if string.sub(key, 1, #prefix) == prefix then forget_row(key) end
  end
  call('DEL', index, prefix .. 'vmcpauth:session:' .. session)
  call('ZREM', unclaimed, session)
end
-- A hash of ours beside a session that may be ToolHive's: it lives as long as the session's index.
local function note(hash, index, field, value)
  local fresh = is_new(hash)
  call('HSET', hash, field, value)
  local left = call('PTTL', index)
  if fresh and left > 0 then call('PEXPIRE', hash, left) end
end
local function find_refresh(key, rotated, now)
  local row, used = call('GET', key), 0
  if not row then row, used = call('GET', rotated), 1 end
  local session = decoded(row)
  if not session or type(session.request_id) ~= 'string' then return nil end
  local gone = tonumber(call('GET', prefix .. 'vmcpauth:revoked:' .. session.request_id) or '')
  if gone and gone > tonumber(now) then used = 1 end
  return used, row, session
end
local function put_refresh(key, row, ms, signature, grant)
  set(key, row, ms)
  local list = prefix .. 'reqid:refresh:' .. grant
  local fresh = is_new(list)
  call('SADD', list, signature)
  outlive(list, fresh, ms)
end
local function expiry_of(session, kind)
  local times = type(session.session) == 'table' and session.session.ExpiresAt
  return type(times) == 'table' and type(times[kind]) == 'string' and times[kind] or ''
end
)lua";

constexpr const char* kBodies[] = {
    // PutUpstream
    R"lua(
local before, ms = call('GET', KEYS[1]), tonumber(ARGV[3])
if ARGV[8] == 'replace' then
  local row = decoded(before)
  if not row or (row.refresh_token or '') ~= ARGV[9] then return 0 end
end
local old_user = user_of(before)
set(KEYS[1], ARGV[2], ms)
local index_is_new, session_is_new = is_new(KEYS[2]), is_new(KEYS[3])
call('SADD', KEYS[2], KEYS[1])
outlive(KEYS[2], index_is_new, ms)
call('HSET', KEYS[3], 'row:' .. ARGV[5], ARGV[6])
if ARGV[7] ~= '' then
  call('HSET', KEYS[3], 'refresh:' .. ARGV[5], ARGV[7])
else
  call('HDEL', KEYS[3], 'refresh:' .. ARGV[5])
end
outlive(KEYS[3], session_is_new, ms)
if old_user ~= '' and old_user ~= ARGV[4] then call('SREM', prefix .. 'user:upstream:' .. old_user, KEYS[1]) end
if ARGV[4] ~= '' then call('SADD', prefix .. 'user:upstream:' .. ARGV[4], KEYS[1]) end
return 1
)lua",
    // EraseSession
    R"lua(
erase_session(ARGV[2])
return 1
)lua",
    // EraseRow
    R"lua(
if is_new(KEYS[1]) or text_at(KEYS[1]) == 'null' then return 0 end
forget_row(KEYS[1])
call('SREM', KEYS[2], KEYS[1])
call('HDEL', KEYS[3], 'row:' .. ARGV[2], 'refresh:' .. ARGV[2])
if is_new(KEYS[2]) then erase_session(ARGV[3]) end
return 1
)lua",
    // TouchSession
    R"lua(
if not is_new(KEYS[2]) then note(KEYS[1], KEYS[2], 'used', ARGV[2]) end
return 1
)lua",
    // ClaimRefresh
    R"lua(
if is_new(KEYS[2]) then return 0 end
local held = call('GET', KEYS[1])
local till = held and tonumber(string.match(held, '^(%d+) '))
if till and till > tonumber(ARGV[2]) then return 0 end
set(KEYS[1], ARGV[4] .. ' ' .. ARGV[3], tonumber(ARGV[5]))
return 1
)lua",
    // EndRefresh
    R"lua(
local held = call('GET', KEYS[1])
if not held or string.match(held, '^%d+ (.*)$') ~= ARGV[2] then return 0 end
call('DEL', KEYS[1])
if ARGV[4] ~= '' and not is_new(KEYS[3]) then note(KEYS[2], KEYS[3], 'refresh:' .. ARGV[3], ARGV[4]) end
return 1
)lua",
    // PutPending
    R"lua(
local ms = tonumber(ARGV[4])
set(KEYS[1], ARGV[2], ms)
set(KEYS[2], ARGV[3], ms)
call('ZADD', unclaimed, ARGV[6], ARGV[5])
return 1
)lua",
    // TakePending
    R"lua(
local row = call('GET', KEYS[1])
if not row then return false end
local extra = call('GET', KEYS[2]) or ''
call('DEL', KEYS[1], KEYS[2])
return {row, extra}
)lua",
    // PutCode
    R"lua(
set(KEYS[1], ARGV[2], tonumber(ARGV[3]))
call('ZADD', unclaimed, ARGV[5], ARGV[4])
return 1
)lua",
    // RedeemCode
    R"lua(
local row = call('GET', KEYS[1])
local session = decoded(row)
if not session then return false end
if not is_new(KEYS[2]) then return {1, row} end
if expiry_of(session, 'authorize_code') <= ARGV[3] then return false end
call('SET', KEYS[2], '1', 'PX', ARGV[2])
call('PEXPIRE', KEYS[1], ARGV[2])
local id = session.session.UpstreamSessionID
if type(id) == 'string' then call('ZREM', unclaimed, id) end
return {0, row}
)lua",
    // PutRefresh
    R"lua(
put_refresh(KEYS[1], ARGV[2], tonumber(ARGV[3]), ARGV[4], ARGV[5])
return 1
)lua",
    // FindRefresh
    R"lua(
local used, row = find_refresh(KEYS[1], KEYS[2], ARGV[2])
if not used then return false end
return {used, row}
)lua",
    // RotateRefresh
    R"lua(
local used, row, session = find_refresh(KEYS[1], KEYS[2], ARGV[2])
if not used then return false end
if used == 1 then return {1, row} end
if expiry_of(session, 'refresh_token') <= ARGV[3] then return false end
set(KEYS[2], row, math.max(call('PTTL', KEYS[1]), 0))
call('DEL', KEYS[1])
call('SREM', prefix .. 'reqid:refresh:' .. session.request_id, ARGV[4])
put_refresh(KEYS[3], ARGV[6], tonumber(ARGV[7]), ARGV[5], session.request_id)
return {0, row}
)lua",
    // RevokeGrant
    R"lua(
set(KEYS[1], ARGV[2], tonumber(ARGV[3]))
local list = prefix .. 'reqid:refresh:' .. ARGV[4]
for _, signature in ipairs(call('SMEMBERS', list)) do
  local key = prefix .. 'refresh:' .. signature
  local row = call('GET', key)
  if row then
    set(prefix .. 'vmcpauth:rotated:' .. signature, row, math.max(call('PTTL', key), 0))
    call('DEL', key)
  end
end
call('DEL', list)
list = prefix .. 'reqid:access:' .. ARGV[4]
for _, signature in ipairs(call('SMEMBERS', list)) do call('DEL', prefix .. 'access:' .. signature) end
call('DEL', list)
erase_session(ARGV[5])
return 1
)lua",
    // FindUser
    R"lua(
local known = decoded(call('GET', KEYS[1]))
if known and type(known.user_id) == 'string' then
  known.last_used_at = tonumber(ARGV[5])
  call('SET', KEYS[1], cjson.encode(known))
  return {known.user_id, call('GET', prefix .. 'user:' .. known.user_id) or ''}
end
call('SET', prefix .. 'user:' .. ARGV[2], ARGV[3], 'NX')
call('SET', KEYS[1], ARGV[4])
call('SADD', prefix .. 'user:providers:' .. ARGV[2], KEYS[1])
return {ARGV[2], ARGV[3]}
)lua",
    // RememberOnce
    R"lua(
local known = call('GET', KEYS[1])
if known then
  local till = tonumber(known)
  if known == '1' or not till or till > tonumber(ARGV[3]) then return 0 end
end
set(KEYS[1], ARGV[2], tonumber(ARGV[4]))
return 1
)lua",
    // TouchClient
    R"lua(
if call('PTTL', KEYS[1]) >= 0 then
  call('PEXPIRE', KEYS[1], ARGV[2])
  call('PEXPIRE', KEYS[2], ARGV[2])
end
return 1
)lua",
    // Sweep
    R"lua(
local over = call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
for _, session in ipairs(over) do erase_session(session) end
return #over
)lua"};

static_assert(std::size(kBodies) == static_cast<std::size_t>(Script::Sweep) + 1, "one body a script");

}  // namespace

Command eval(Script script, std::vector<std::string> keys, std::vector<std::string> arguments) {
  Command command{"EVAL", std::string(kCommon) + kBodies[static_cast<std::size_t>(script)], std::to_string(keys.size())};
  command.insert(command.end(), std::make_move_iterator(keys.begin()), std::make_move_iterator(keys.end()));
  command.insert(command.end(), std::make_move_iterator(arguments.begin()), std::make_move_iterator(arguments.end()));
  return command;
}

}  // namespace vmcpauth::store::redis
