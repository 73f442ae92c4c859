"""RedisShelf: a store that many share, as it is seen from outside a running server."""

import asyncio
import json
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from secrets import token_hex
from typing import Any, Final, TypeVar

from mockserver.engine.clock import wall_s
from mockserver.engine.store.redis.line import Line, evaluate
from mockserver.engine.store.redis.scripts import (
    LEAVE,
    ROLL,
    SPACES,
    TAKE,
    VERSION_KEY,
    WHO,
    keys_of,
    link_key,
)
from mockserver.engine.store.redis.writing import Lease, write
from mockserver.engine.store.shelf import SERVER, Entry
from mockserver.errors import StoreError

__all__ = ["RedisShelf", "in_order"]

VERSION: Final = 1
_OLDEST: Final = (6, 2)

V = TypeVar("V")


class RedisShelf:
    """What a Redis holds, for commands, and for servers before they run.

    It waits for each answer, on a thread of its own. To append, it takes the spaces
    as a worker does, which refuses those of living ones.

    Args:
        url: Where it is.

    Attributes:
        name: The address without what proves anything.

    Raises:
        StoreError: It cannot be reached, is too old, or has been written by a later
            release.
    """

    def __init__(self, url: str) -> None:
        self._thread = ThreadPoolExecutor(1, "store")
        self._runner = asyncio.Runner()
        try:
            self._line = Line(url)
            self.name = self._line.shown
            self._facts = self._wait(_checked(self._line))
        except BaseException:
            self.close()
            raise

    @property
    def warnings(self) -> list[str]:
        """What it does with what it is given that a store should not do."""
        said = []
        if self._facts.get("aof_enabled") == "0":
            said.append(
                "appendonly is off: what was written since the last snapshot is lost"
                " when it ends; expected appendonly yes"
            )
        policy = self._facts.get("maxmemory_policy", "noeviction")
        if self._facts.get("maxmemory", "0") != "0" and policy != "noeviction":
            said.append(
                f"maxmemory-policy is {policy}: it throws away what it has no room"
                " for; expected noeviction"
            )
        return said

    @property
    def server(self) -> str:
        """What it is, such as `Redis 7.0.15`."""
        if "valkey_version" in self._facts:
            return f"Valkey {self._facts['valkey_version']}"
        return f"Redis {self._facts['redis_version']}"

    @property
    def size_bytes(self) -> int:
        """How much memory it takes, with what others have there."""
        return int(self._facts.get("used_memory", 0))

    def workers(self) -> list[str]:
        """Return the workers that live now, with where they take requests over."""
        seconds, _ = self._ask("TIME")
        living = self._ask("ZRANGEBYSCORE", ROLL, int(seconds) * 1000, "+inf")
        told = self._ask("HMGET", WHO, *living) if living else []
        # What stands before the host lets anybody in.
        places = [json.loads(one)["address"].rpartition("@")[2] for one in told if one]
        return [
            f"{name.decode()} {place}".rstrip()
            for name, place in zip(living, places, strict=False)
        ]

    def append(self, entries: Sequence[Entry]) -> None:
        """Write entries of spaces that nobody has."""
        self._wait(self._append(entries))

    def rows(self, space: str) -> list[tuple[bytes, bytes]]:
        """Return what a space holds, in order."""
        return in_order(self._ask("HGETALL", keys_of(space).state))

    def has(self, space: str) -> bool:
        """Say whether a space holds anything."""
        return bool(self._ask("EXISTS", keys_of(space).state))

    def links(self, space: str) -> list[bytes]:
        """Return the public things of a space."""
        return sorted(self._ask("SMEMBERS", keys_of(space).links))

    def owner(self, link: bytes) -> str | None:
        """Return the space that a public thing belongs to, or None."""
        found = self._ask("GET", link_key(link))
        return None if found is None else str(found.decode())

    def spaces(self, part: bytes = b"") -> list[str]:
        """Return the spaces that hold any place that begins so, in their order."""
        names = [name.decode() for name in self._ask("ZRANGE", SPACES, 0, -1)]
        known = [SERVER, *names] if self.has(SERVER) else names
        if not part:
            return known
        return [
            name
            for name in known
            if any(place.startswith(part) for place, _ in self.rows(name))
        ]

    def close(self) -> None:
        """Let go of all connections."""
        line = getattr(self, "_line", None)
        if line is not None:
            self._wait(line.close())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()

    def _ask(self, *command: str | bytes | int) -> Any:
        return self._wait(self._line.ask(*command))

    def _wait(self, work: Coroutine[Any, Any, V]) -> V:
        return self._thread.submit(self._runner.run, work).result()

    async def _append(self, entries: Sequence[Entry]) -> None:
        names = [*dict.fromkeys(one.space for one in entries if one.space != SERVER)]
        me, since_ms = token_hex(8), int(wall_s() * 1000)
        takes = [evaluate(TAKE, keys_of(one), me, me, b"", b"") for one in names]
        replies = await self._line.run(takes)
        taken = {
            name: Lease(me, int(reply[1]), since_ms, bool(reply[2]))
            for name, reply in zip(names, replies, strict=True)
            if reply[0]
        }
        try:
            lost = await write(self._line, taken, entries, me)
        finally:
            await self._line.run([evaluate(LEAVE, keys_of(name), me) for name in taken])
        if lost:
            raise StoreError(
                f"{self.name}: spaces {', '.join(sorted(lost))} are with a server;"
                " expected a store that no server has just now"
            )


def in_order(state: Sequence[bytes]) -> list[tuple[bytes, bytes]]:
    """Return places with values from what a hash holds, in the order of their firsts.

    Args:
        state: Places and values by turns; a value begins with eight bytes of order.
    """
    held = zip(state[1::2], state[::2], strict=True)
    both = sorted(held, key=lambda one: one[0][:8])
    return [(place, value[8:]) for value, place in both]


async def _checked(line: Line) -> dict[str, str]:
    """Return what a store says of itself.

    Raises:
        StoreError: It is not one that can be used.
    """
    told = (await line.ask("INFO")).decode("utf-8", "replace")
    facts = dict(one.split(":", 1) for one in told.splitlines() if ":" in one)
    found = facts.get("redis_version", "0")
    numbers = tuple(int(one) for one in found.split(".")[:2] if one.isdecimal())
    if numbers < _OLDEST:
        raise StoreError(
            f"{line.shown}: found Redis {found}, expected 6.2 or later, or Valkey"
        )
    version = await line.ask("GET", VERSION_KEY)
    if version is None:
        await line.ask("SET", VERSION_KEY, VERSION, "NX")
    elif int(version) > VERSION:
        raise StoreError(
            f"{line.shown}: found version {int(version)}, expected at most {VERSION}: a"
            " later release has written it; use that one, or another database"
        )
    return facts
