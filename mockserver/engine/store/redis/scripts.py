"""Scripts: what Redis does at once, and the names of its keys.

Of each space: `meta` (who owns it, by which fence, how many entries there were),
`state` (each place with eight bytes that say when it was first put, and its value) and
`links` (its public things). They share a hash tag, and so one node of a cluster.
"""

from functools import lru_cache
from hashlib import sha1
from typing import Final, NamedTuple

__all__ = [
    "ANYBODY",
    "APPEND",
    "DUES",
    "JOIN",
    "JOINED",
    "LEAVE",
    "LOG",
    "ROLL",
    "SCRIPTS",
    "SPACES",
    "TAKE",
    "TOLD",
    "UNLINK",
    "VERSION_KEY",
    "WHO",
    "Keys",
    "Script",
    "exchanges_key",
    "keys_of",
    "link_key",
]

VERSION_KEY: Final = "mock:version"
SPACES: Final = "mock:spaces"
"""All spaces, by when they were first written."""
DUES: Final = "mock:dues"
"""The spaces in which something is planned; some in which nothing is any more."""
TOLD: Final = "mock:told"
ROLL: Final = "mock:{fleet}:roll"
"""Until when each worker lives, in the store's own milliseconds."""
WHO: Final = "mock:{fleet}:who"
JOINED: Final = "mock:{fleet}:joined"
"""How many workers there have been."""
LOG: Final = "mock:server:{server}:log"
_LOG_MAX: Final = 10_000
_BRACES: Final = str.maketrans({"{": "%7B", "}": "%7D", "%": "%25"})


class Keys(NamedTuple):
    """The keys of one space."""

    meta: str
    state: str
    links: str


class Script(NamedTuple):
    """A script, and what it is called by."""

    text: str
    sha: str


@lru_cache(1024)
def keys_of(space: str) -> Keys:
    """Return the keys of a space; those of the server for the one without a name."""
    # A brace in its name must not end the tag, which makes them one node's.
    tag = f"space:{{{space.translate(_BRACES)}}}" if space else "server:{server}"
    return Keys(f"mock:{tag}:meta", f"mock:{tag}:state", f"mock:{tag}:links")


def exchanges_key(space: str) -> str:
    """Return the key of what is written behind of a space."""
    return f"mock:space:{{{space.translate(_BRACES)}}}:exchanges"


def link_key(link: bytes) -> bytes:
    """Return the key that says to which space a public thing leads."""
    return b"mock:link:" + link


def _script(text: str) -> Script:
    # Redis names scripts so.
    return Script(text, sha1(text.encode(), usedforsecurity=False).hexdigest())


_FOLD: Final = """
local function unlink(link, space)
  local key = 'mock:link:' .. link
  if redis.call('GET', key) == space then redis.call('DEL', key) end
end
local function fold(number, from, space)
  local at = from
  local count = tonumber(ARGV[at])
  for i = 1, count do
    local place, value = ARGV[at + 1], ARGV[at + 2]
    at = at + 2
    if value == '' then
      redis.call('HDEL', KEYS[2], place)
    else
      local old = redis.call('HGET', KEYS[2], place)
      local since = old and string.sub(old, 1, 8) or struct.pack('>I4I4', number, i)
      redis.call('HSET', KEYS[2], place, since .. value)
    end
  end
  at = at + 1
  count = tonumber(ARGV[at])
  for i = 1, count do
    local link = ARGV[at + 1]
    if ARGV[at + 2] == '' then
      redis.call('SREM', KEYS[3], link)
      if space ~= '' then unlink(link, space) end
    else
      redis.call('SADD', KEYS[3], link)
      if space ~= '' then redis.call('SET', 'mock:link:' .. link, space) end
    end
    at = at + 2
  end
end
"""

APPEND: Final = _script(
    _FOLD
    + """
local fence, number, wipes, space = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local held = redis.call('HMGET', KEYS[1], 'fence', 'number')
if held[1] ~= fence then return {-1} end
if held[2] == number then return {0} end
if (tonumber(held[2] or '0') or 0) + 1 ~= tonumber(number) then return {-2} end
local gone = {}
if wipes == '1' then
  gone = redis.call('SMEMBERS', KEYS[3])
  redis.call('DEL', KEYS[2], KEYS[3])
  if space ~= '' then
    for _, link in ipairs(gone) do unlink(link, space) end
    gone = {}
  end
end
fold(tonumber(number), 5, space)
redis.call('HSET', KEYS[1], 'number', number)
return {1, gone}
"""
)
"""Appends an entry: `{1, links that went}`, `{0}` for one that was appended before,
`{-1}` for a fence that is another one's by now, `{-2}` for one out of turn.

With the space's name it also keeps the keys of its public things, of which a cluster
has each on a node of its own.
"""

ANYBODY: Final = _script(
    _FOLD
    + f"""
local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
fold(number, 3, '')
redis.call('XADD', KEYS[4], 'MAXLEN', '~', '{_LOG_MAX}', '*',
  'by', ARGV[1], 'what', ARGV[2])
redis.call('PUBLISH', '{TOLD}', '{{"what": "server"}}')
return {{1}}
"""
)
"""Appends an entry of the server, which belongs to all workers: the last one wins."""

TAKE: Final = _script("""
local held = redis.call('HMGET', KEYS[1], 'owner', 'fence', 'number')
local owner, fence = held[1] or '', held[2] or ''
local is_free = owner == '' or owner == ARGV[1]
local is_dead = owner == ARGV[3] and fence == ARGV[4]
if not (is_free or is_dead) then return {0, owner, fence} end
redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'fence', ARGV[2])
local most = tonumber(ARGV[5] or '')
if most and redis.call('HLEN', KEYS[2]) > most then
  return {1, held[3] or '0', -1, -1}
end
return {1, held[3] or '0', redis.call('HGETALL', KEYS[2]),
  redis.call('SMEMBERS', KEYS[3])}
""")
"""Takes a space that nobody owns, or whose owner is known to be dead: what it holds, or
`-1` if that is more than was asked for, and its public things."""

LEAVE: Final = _script("""
if redis.call('HGET', KEYS[1], 'fence') ~= ARGV[1] then return 0 end
if redis.call('EXISTS', KEYS[2], KEYS[3]) == 0 then
  redis.call('DEL', KEYS[1])
else
  redis.call('HSET', KEYS[1], 'owner', '', 'fence', '')
end
return 1
""")

JOIN: Final = _script("""
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local was = redis.call('ZSCORE', KEYS[1], ARGV[1])
redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('HDEL', KEYS[2], id)
end
local is_late = not was or tonumber(was) <= now
return {time[1], time[2], is_late and 1 or 0, redis.call('HGETALL', KEYS[2])}
""")
"""Lets a worker live for a while: the store's time, whether it had not, who lives."""

UNLINK: Final = _script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
""")

SCRIPTS: Final = (APPEND, ANYBODY, TAKE, LEAVE, JOIN, UNLINK)
