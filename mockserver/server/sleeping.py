"""Sleeping: a test's own sleeps become jumps of its space's clock."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

from mockserver.server.face import Face
from mockserver.server.loops import THREAD

__all__ = ["Sleeping"]

T = TypeVar("T")


class Sleeping:
    """Stands in for `time.sleep` and `asyncio.sleep` while a test runs.

    What falls due in the time that is slept has happened when the sleep is over. The
    server's own thread goes on to sleep as it did.

    Args:
        face: Whose clocks move.
        sleep: `time.sleep` as it was.
        asleep: `asyncio.sleep` as it was.

    Attributes:
        slept_s: How much time nobody has waited for.
    """

    def __init__(
        self,
        face: Face,
        sleep: Callable[[float], None],
        asleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._face, self._sleep, self._asleep = face, sleep, asleep
        self.slept_s = 0.0

    def sleep(self, seconds: float) -> None:
        """Let the clock jump in place of `time.sleep`."""
        if _is_server() or seconds <= 0:
            self._sleep(seconds)
            return
        self._jump(seconds)
        if not _has_loop():
            self._face.settle()

    async def asleep(self, delay: float, result: T | None = None) -> T | None:
        """Let the clock jump in place of `asyncio.sleep`."""
        if _is_server() or delay <= 0:
            await self._asleep(delay)
            return result
        self._jump(delay)
        # Who receives what falls due may live on this very loop.
        await asyncio.to_thread(self._face.settle)
        return result

    def _jump(self, seconds: float) -> None:
        self.slept_s += seconds
        self._face.advance(float(seconds))


def _is_server() -> bool:
    return threading.current_thread().name == THREAD


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
