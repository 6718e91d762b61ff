/*
 * An account's places are one hash, playback:{<user id>}: a field a playback, whose value is
 * "<expires> <seen> <started> <session> <JSON of the rest>", times in milliseconds by the server's clock. Scripts run
 * alone, so that each of these is exact; the braces keep all that a script touches on one node of a cluster.
 * The key itself ends with its last place: what nobody asks for again leaves nothing behind.
 */

/** now: the server's time. split(value): expires, seen, rest. keep(ms): lets the key live that long at least. */
const PRELUDE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
local function split(value)
  local expires, seen, rest = string.match(value, '^(%d+) (%d+) (.*)$')
  return tonumber(expires), tonumber(seen), rest
end
local function keep(ms)
  if redis.call('PTTL', KEYS[1]) < ms then redis.call('PEXPIRE', KEYS[1], text(ms)) end
end
`;

/** id, session, JSON, limit, silence in ms → {1, id, value}, or {0, id, value, …} of those that are in the way. */
export const TAKE = `${PRELUDE}
local places = redis.call('HGETALL', KEYS[1])
local live = { 0 }
for i = 1, #places, 2 do
  if split(places[i + 1]) > now then
    live[#live + 1] = places[i]
    live[#live + 1] = places[i + 1]
  else
    redis.call('HDEL', KEYS[1], places[i])
  end
end
if (#live - 1) / 2 >= tonumber(ARGV[4]) then return live end
local silence = tonumber(ARGV[5])
local value = table.concat({ text(now + silence), text(now), text(now), ARGV[2], ARGV[3] }, ' ')
redis.call('HSET', KEYS[1], ARGV[1], value)
keep(silence)
return { 1, ARGV[1], value }`;

/** id, silence in ms → {value, ms since the last sign of life}, or nothing. */
export const BEAT = `${PRELUDE}
local value = redis.call('HGET', KEYS[1], ARGV[1])
if not value then return false end
local expires, seen, rest = split(value)
if expires <= now then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return false
end
local silence = tonumber(ARGV[2])
local renewed = table.concat({ text(now + silence), text(now), rest }, ' ')
redis.call('HSET', KEYS[1], ARGV[1], renewed)
keep(silence)
return { renewed, text(math.max(0, now - seen)) }`;

/** id or '', session or '' (either of which '' means any) → {id, value, ms since the last sign of life, …}. */
export const END = `${PRELUDE}
local places = redis.call('HGETALL', KEYS[1])
local ended = {}
for i = 1, #places, 2 do
  local expires, seen, rest = split(places[i + 1])
  local session = string.match(rest, '^%d+ (%S+) ')
  if (ARGV[1] == '' or ARGV[1] == places[i]) and (ARGV[2] == '' or ARGV[2] == session) then
    redis.call('HDEL', KEYS[1], places[i])
    if expires > now then
      ended[#ended + 1] = places[i]
      ended[#ended + 1] = places[i + 1]
      ended[#ended + 1] = text(math.max(0, now - seen))
    end
  end
end
return ended`;

/** → {id, value, …} of what is in place. */
export const LIST = `${PRELUDE}
local places = redis.call('HGETALL', KEYS[1])
local live = {}
for i = 1, #places, 2 do
  if split(places[i + 1]) > now then
    live[#live + 1] = places[i]
    live[#live + 1] = places[i + 1]
  end
end
return live`;
