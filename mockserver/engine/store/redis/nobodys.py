"""Nobodys: the spaces of a store that no living worker has."""

from collections.abc import Collection, Sequence
from typing import Final

from mockserver.engine.store.redis.line import Command, Line
from mockserver.engine.store.redis.register import Register
from mockserver.engine.store.redis.scripts import DUES, SPACES, keys_of

__all__ = ["Nobodys"]

_AT_ONCE: Final = 500


class Nobodys:
    """Finds spaces that can be taken.

    Args:
        line: Leads to the store.
        register: Says who lives.
        mine: The spaces that this worker has.
    """

    def __init__(self, line: Line, register: Register, mine: Collection[str]) -> None:
        self._line, self._register, self._mine = line, register, mine
        self._dues_at = 0

    async def due(self, most: int) -> list[str]:
        """Return spaces in which something is planned, others with each call."""
        reply = await self._line.ask("SSCAN", DUES, self._dues_at, "COUNT", _AT_ONCE)
        self._dues_at = int(reply[0])
        return (await self._of([name.decode() for name in reply[1]]))[:most]

    async def names(self, most: int | None = None) -> list[str]:
        """Return the spaces of the store, whoever has them, the latest first."""
        last = -1 if most is None else most - 1
        found = await self._line.ask("ZREVRANGE", SPACES, 0, last)
        return [name.decode() for name in found]

    async def asleep(self, most: int | None = None) -> list[str]:
        """Return those of all, or of so many of the latest, that nobody has."""
        names = await self.names(most)
        asleep: list[str] = []
        for at in range(0, len(names), _AT_ONCE):
            asleep += await self._of(names[at : at + _AT_ONCE])
        return asleep

    async def _of(self, names: Sequence[str]) -> list[str]:
        names = [name for name in names if name not in self._mine]
        asked: list[Command] = [("HGET", keys_of(name).meta, "owner") for name in names]
        owners = [(owner or b"").decode() for owner in await self._line.run(asked)]
        # What is this one's there, and not here, is about to be given back.
        others = {one.id for one in self._register.workers()} - {self._register.me.id}
        both = zip(names, owners, strict=True)
        return [name for name, owner in both if owner not in others]
