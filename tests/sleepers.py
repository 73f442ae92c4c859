"""Sleepers: what a client under test does between two calls, on a clock of ours only.

Nothing here ever waits: who comes while the functions of time are the real ones is
told so at once, instead of sleeping for an hour.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["anap", "nap"]

T = TypeVar("T")

# In a tuple, where nobody looks who replaces names.
_REAL = (time.sleep, asyncio.sleep)


def nap(seconds: float, sleep: Callable[[float], None] | None = None) -> None:
    """Sleep as clients do, by `time.sleep` or by what has been imported of it.

    Raises:
        AssertionError: It would take real time.
    """
    sleep = sleep or time.sleep
    assert sleep not in _REAL, "a real sleep: no space's clock stands in for it"
    sleep(seconds)


async def anap(seconds: float, result: T | None = None) -> T | None:
    """Sleep by `asyncio.sleep`.

    Raises:
        AssertionError: It would take real time.
    """
    assert asyncio.sleep not in _REAL, "a real sleep: no clock stands in for it"
    return await asyncio.sleep(seconds, result)
