"""Letting asyncio's own loop come to rest: no time decides what has happened."""

import asyncio
from typing import Any

__all__ = ["rest"]


async def rest() -> None:
    """Let everything happen that waits neither for a time nor for the world outside."""
    loop: Any = asyncio.get_running_loop()
    await asyncio.sleep(0)
    while _is_busy(loop):  # noqa: ASYNC110 - an event would be one more thing to wait for
        await asyncio.sleep(0)


def _is_busy(loop: Any) -> bool:
    timers = [one for one in loop._scheduled if one.when() <= loop.time()]
    return bool(loop._ready or timers)
