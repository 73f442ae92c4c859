"""Gate: how many pixels may be drawn and encoded at the same time."""

from asyncio import Future, get_running_loop
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

__all__ = ["PIXELS_AT_ONCE", "Gate"]

# One picture of 8K, or nineteen of full HD: a pixel costs up to 20 bytes in an encoder.
PIXELS_AT_ONCE: Final = 40_000_000


class Gate:
    """Lets pictures pass in the order in which they come, as many as fit.

    Args:
        pixels: What fits at the same time; a larger picture passes alone.
        pictures: How many pictures fit, however small.

    Attributes:
        inside: Pixels of the pictures that are passing.
    """

    def __init__(self, pixels: int = PIXELS_AT_ONCE, pictures: int = 4) -> None:
        self.inside = 0
        self._pixels = pixels
        self._free = pictures
        self._waiting: deque[tuple[int, Future[None]]] = deque()

    @asynccontextmanager
    async def passing(self, pixels: int) -> AsyncIterator[None]:
        """Wait until a picture of that many pixels fits, and hold its place."""
        size = min(pixels, self._pixels)
        await self._enter(size)
        try:
            yield
        finally:
            self.inside -= size
            self._free += 1
            self._admit()

    async def _enter(self, size: int) -> None:
        turn: Future[None] = get_running_loop().create_future()
        self._waiting.append((size, turn))
        self._admit()
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled():
                # It was let in at the moment in which it gave up.
                self.inside -= size
                self._free += 1
            self._admit()
            raise

    def _admit(self) -> None:
        while self._waiting:
            size, turn = self._waiting[0]
            if not turn.cancelled():
                if not self._free or self.inside + size > self._pixels:
                    return
                self.inside += size
                self._free -= 1
                turn.set_result(None)
            self._waiting.popleft()
