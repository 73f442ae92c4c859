"""RedisArchive: logs of spaces as lists, which go when nothing is added for a day."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from mockserver.engine.store.archive import Tail
from mockserver.engine.store.redis.line import Command, Line
from mockserver.engine.store.redis.scripts import exchanges_key

__all__ = ["RedisArchive"]

KEPT_S: Final = 24 * 3600
_AT_ONCE_BYTES: Final = 256 * 1024
_CLEARED_AT_ONCE: Final = 500


class RedisArchive:
    """Lists beside the spaces of a store that many share.

    Args:
        line: Leads to the store.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self.last = 0

    async def write(self, tails: Mapping[str, Tail]) -> None:
        """Add to the ends of logs, and let their beginnings go."""
        for space, tail in tails.items():
            key = exchanges_key(space)
            pushes: list[Command] = [
                ("RPUSH", key, *some) for some in _batches(tail.items)
            ]
            for push in pushes:
                # One after the other: nobody else is to wait behind a long one.
                await self._line.run([push])
            await self._line.run(
                [("LTRIM", key, -tail.most, -1), ("EXPIRE", key, KEPT_S)]
            )

    async def read(self, space: str) -> list[bytes]:
        """Return a space's log."""
        found: list[bytes] = await self._line.ask("LRANGE", exchanges_key(space), 0, -1)
        return found

    async def clear(self, spaces: Sequence[str] | None) -> None:
        """Forget the logs of spaces; none is this worker's alone."""
        names = [*(spaces or ())]
        for at in range(0, len(names), _CLEARED_AT_ONCE):
            some = names[at : at + _CLEARED_AT_ONCE]
            await self._line.run([("DEL", exchanges_key(one)) for one in some])

    async def close(self) -> None:
        """Let go of all connections."""
        await self._line.close()


def _batches(items: Sequence[tuple[int, bytes]]) -> Iterator[list[bytes]]:
    some: list[bytes] = []
    size = 0
    for _, value in items:
        if some and size + len(value) > _AT_ONCE_BYTES:
            yield some
            some, size = [], 0
        some.append(value)
        size += len(value)
    if some:
        yield some
