"""Draining: a worker that ends gives its spaces to others while it still answers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from mockserver.edge.instance import Instance
from mockserver.engine.clock import monotonic_s, pause
from mockserver.engine.spaces import Space
from mockserver.engine.store.directory import LEFT
from mockserver.errors import StoreError

__all__ = ["give_up_all", "linger"]

LIMIT_S: Final = 3.0
REST_S: Final = 0.5
SPACE_S: Final = 1.0
# From when it is told to end, so that what is under way then can end in time.
LINGER_S: Final = 5.0
LOOK_S: Final = 0.02
TURNS: Final = 3


async def give_up_all(instance: Instance) -> None:
    """Let other workers have all spaces, one by one.

    Whoever asks for one that has been given up is answered by who has it then. What
    cannot be given up in time, others have once this process has ended.
    """
    directory = instance.services.spaces.directory
    if directory is None:
        return
    with suppress(TimeoutError, StoreError):
        async with asyncio.timeout(LIMIT_S):
            await directory.retire()
            for space in instance.services.spaces:
                if not directory.takers():
                    break
                await _give_up(instance, space)
            await directory.tell(LEFT)


async def linger(clients: Callable[[], int], since_s: float) -> None:
    """Wait for a while until no client has a connection any more.

    Each is told with its next answer that it ends. Those that have been taken a moment
    ago are not known at once, and what has come on the others at the last moment is
    read before they end.

    Args:
        clients: Says how many there are.
        since_s: When this worker was told to end, as `monotonic_s` has it.
    """
    await pause(LOOK_S)
    while clients() and monotonic_s() < since_s + LINGER_S:
        await pause(LOOK_S)
    for _ in range(TURNS):
        await pause(0)


async def _give_up(instance: Instance, space: Space) -> None:
    """Give one space up, between two rounds of what is due in it if they are short."""
    services = instance.services
    with suppress(TimeoutError):
        async with asyncio.timeout(REST_S):
            await services.scheduler.rest(space)
    # Where everybody writes all the time, the end of the process gives it up.
    with suppress(TimeoutError):
        async with asyncio.timeout(SPACE_S):
            await services.spaces.give_up(space.id)
