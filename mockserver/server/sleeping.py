"""Sleeping: whoever sleeps in a test moves its space's clock, and reads that clock."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from math import inf
from typing import TypeVar

from mockserver.engine.clock import Clock
from mockserver.server.sockets.loops import THREAD
from mockserver.server.spaces import SpaceHandle

__all__ = ["Real", "Sleeping"]

T = TypeVar("T")

NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Real:
    """The functions of time as they were.

    Attributes:
        sleep: `time.sleep`.
        asleep: `asyncio.sleep`.
        wall_ns: `time.time_ns`.
        monotonic_ns: `time.monotonic_ns`.
    """

    sleep: Callable[[float], None]
    asleep: Callable[[float], Awaitable[None]]
    wall_ns: Callable[[], int]
    monotonic_ns: Callable[[], int]


class Sleeping:
    """Stands in for the functions of time while a test runs.

    A sleep is a jump of the space's clock; what falls due on the way has happened when
    it is over. Dates are the space's. The monotonic clock goes on in real time, so
    that time-outs of sockets stay what they are, and gains what the space's clock
    gains. The server's own threads keep the real time.

    Args:
        space: Whose clock it is.
        real: What it stands in for.
        most_s: How much time may be slept away; who sleeps on has no end.

    Attributes:
        slept_s: How much time nobody has waited for.
    """

    def __init__(self, space: SpaceHandle, real: Real, most_s: float = inf) -> None:
        self._space, self._real, self._most_s = space, real, most_s
        self._reading = threading.local()
        self._gained_s = 0.0
        self._clock = self._follow(space.clock)
        self._ends: list[float] = []
        self.slept_s = 0.0

    def sleep(self, seconds: float) -> None:
        """Let the clock jump in place of `time.sleep`."""
        if seconds <= 0 or self._is_real():
            self._real.sleep(seconds)
            return
        self._pass(seconds)
        if not _has_loop():
            self._space.settle()

    async def asleep(self, delay: float, result: T | None = None) -> T | None:
        """Let the clock jump in place of `asyncio.sleep`.

        Who sleeps at the same time wakes in the order of the ends, and all of it takes
        as long as the longest.
        """
        if delay <= 0 or self._is_real():
            await self._real.asleep(delay)
            return result
        end_s = self._space.now + delay
        self._ends.append(end_s)
        try:
            await self._wake_at(end_s)
        finally:
            self._ends.remove(end_s)
        return result

    def time_ns(self) -> int:
        """Tell the space's time in place of `time.time_ns`, in nanoseconds."""
        if self._is_real():
            return self._real.wall_ns()
        return int(self._read(Clock.now) * NS)

    def monotonic_ns(self) -> int:
        """Stand in for `time.monotonic_ns`: real time, and what the clock gained."""
        real_ns = self._real.monotonic_ns()
        if self._is_real():
            return real_ns
        return real_ns + int(self._read(self._gained) * NS)

    def monotonic(self) -> float:
        """Stand in for `time.monotonic`, in seconds."""
        return self.monotonic_ns() / NS

    def wake(self) -> None:
        """Give the space's clock back to the space alone."""
        self._clock.is_shared = False

    async def _wake_at(self, end_s: float) -> None:
        # Whoever is about to sleep, too, is let in first.
        await self._real.asleep(0)
        while (now_s := self._space.now) < end_s:
            ahead_s = max(0.0, min(self._ends) - now_s)
            self._pass(ahead_s)
            # Who receives what falls due may live on this very loop.
            await asyncio.to_thread(self._space.settle)

    def _pass(self, length_s: float) -> None:
        """Move the clock.

        Raises:
            AssertionError: The patience of whoever tests is at its end.
        """
        self.slept_s += length_s
        if self.slept_s > self._most_s:
            raise AssertionError(
                f"the client has slept for {self.slept_s:g} s of its space's time,"
                f" expected {self._most_s:g} s at most: does it ever give up?"
            )
        self._space.advance(float(length_s))

    def _is_real(self) -> bool:
        """Say whether who asks is the server, or its clock asking for real time."""
        is_server = threading.current_thread().name.startswith(THREAD)
        return is_server or getattr(self._reading, "is_inside", False)

    def _read(self, read: Callable[[Clock], float]) -> float:
        self._reading.is_inside = True
        try:
            clock = self._space.clock
            if clock is not self._clock:  # the space has been reset
                self._gained_s += self._clock.lead_s
                self._clock = self._follow(clock)
            return read(clock)
        finally:
            self._reading.is_inside = False

    def _gained(self, clock: Clock) -> float:
        return self._gained_s + clock.lead_s

    def _follow(self, clock: Clock) -> Clock:
        clock.is_shared = True
        self._gained_s -= clock.lead_s
        return clock


def _has_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
