"""Addresses: where a Redis or Valkey is, as a setting names it."""

import re
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff

from mockserver.errors import StoreError

__all__ = ["ANSWER_S", "CONNECT_S", "Client", "all_of", "connect", "shown"]

CONNECT_S: Final = 2.0
ANSWER_S: Final = 5.0
_PORT, _SENTINEL_PORT = 6379, 26379
_FAMILIES: Final = frozenset({"redis", "rediss", "valkey", "valkeys"})
_KINDS: Final = frozenset({"", "unix", "sentinel", "cluster"})
_FORMS: Final = (
    "redis://HOST:PORT, rediss:// for TLS, redis+unix:///PATH,"
    " redis+sentinel://HOST:PORT,HOST:PORT/SERVICE or redis+cluster://HOST:PORT,...,"
    " with USER:PASSWORD@ before the host and /NUMBER of the database behind it"
)

Client = Redis | RedisCluster


class _Parts(NamedTuple):
    kind: str
    nodes: list[tuple[str, int]]
    path: list[str]
    options: dict[str, Any]


def shown(url: str) -> str:
    """Return an address without what proves anything."""
    return re.sub(r"//[^/]*@", "//", url).partition("?")[0]


def connect(url: str) -> Client:
    """Return a client; it connects at its first command.

    Nothing is tried again by the client itself: what was not answered may have been
    done, which only its caller can tell.

    Args:
        url: Such as `redis://:secret@cache:6379/2`. `valkey` is the same as `redis`.

    Raises:
        StoreError: It is no such address.
    """
    parts = _split(url)
    if parts.kind == "unix":
        path = "/" + "/".join(parts.path)
        return Redis(unix_socket_path=path, **_clientwise(parts.options))
    if parts.kind == "cluster":
        nodes = [ClusterNode(host, port) for host, port in parts.nodes]
        return _plain(RedisCluster(startup_nodes=nodes, **parts.options))
    if parts.kind == "sentinel":
        return _watched(url, parts)
    options = {**parts.options, "db": _number(url, parts.path)}
    host, port = parts.nodes[0]
    return Redis(host=host, port=port, **_clientwise(options))


def all_of(client: Client) -> list[Client]:
    """Return a client, and those that find out where its server is."""
    pool: Any = getattr(client, "connection_pool", None)
    is_watched = isinstance(pool, SentinelConnectionPool)
    watching = pool.sentinel_manager.sentinels if is_watched else ()
    return [client, *watching]


def _plain(client: RedisCluster) -> RedisCluster:
    """Let replies be as they are sent, which those of single servers are here."""
    own = ("CLUSTER", "COMMAND")
    known = client.response_callbacks
    for name in [name for name in known if not name.startswith(own)]:
        del known[name]
    return client


def _watched(url: str, parts: _Parts) -> Redis:
    if not parts.path:
        raise _wrong(url, "names no service")
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # the client has no types there
        parts.nodes, sentinel_kwargs=_waits(), db=_number(url, parts.path[1:])
    )
    client: Redis = sentinel.master_for(parts.path[0], **_clientwise(parts.options))
    return client


def _split(url: str) -> _Parts:
    scheme, _, rest = url.partition("://")
    family, _, kind = scheme.partition("+")
    has_tls = family in {"rediss", "valkeys"}
    if family not in _FAMILIES or kind not in _KINDS:
        raise _wrong(url, f"has the scheme {scheme!r}")
    login, _, place = rest.rpartition("@") if "@" in rest else ("", "", rest)
    hosts, _, path = place.partition("?")[0].partition("/")
    user, _, password = login.partition(":")
    options: dict[str, Any] = _waits()
    if login:
        options |= {"username": unquote(user) or None, "password": unquote(password)}
    if has_tls:
        options["ssl"] = True
    default = _SENTINEL_PORT if kind == "sentinel" else _PORT
    named = [] if kind == "unix" else hosts.split(",")
    nodes = [_node(url, one, default) for one in named]
    return _Parts(kind, nodes, [one for one in path.split("/") if one], options)


def _node(url: str, named: str, default: int) -> tuple[str, int]:
    try:
        found = urlsplit(f"//{named}")
        port = found.port or default
    except ValueError as error:
        raise _wrong(url, str(error)) from error
    if not found.hostname:
        raise _wrong(url, "names no host")
    return found.hostname, port


def _number(url: str, path: list[str]) -> int:
    if not path:
        return 0
    if not path[0].isdecimal():
        raise _wrong(url, f"has the database {path[0]!r}")
    return int(path[0])


def _waits() -> dict[str, Any]:
    # A connection on which one only listens has to notice that nobody is there.
    return {"socket_connect_timeout": CONNECT_S, "socket_timeout": ANSWER_S,
            "socket_keepalive": True, "protocol": 2}  # fmt: skip


def _clientwise(options: dict[str, Any]) -> dict[str, Any]:
    return {**options, "retry": Retry(NoBackoff(), 0)}


def _wrong(url: str, found: str) -> StoreError:
    return StoreError(f"{shown(url)}: {found}; expected {_FORMS}")
