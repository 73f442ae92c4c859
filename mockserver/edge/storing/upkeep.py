"""Upkeep: what a running server does with its spaces though nobody asks."""

from contextlib import suppress
from typing import Final

from mockserver.engine.clock import pause
from mockserver.engine.spaces import Spaces
from mockserver.errors import StoreError

__all__ = ["mend", "purge"]

MEND_S: Final = 1.0
PURGE_S: Final = 1.0


async def purge(spaces: Spaces) -> None:
    """Forget what has been finished for too long, also where nothing happens."""
    while True:
        await pause(PURGE_S)
        for space in spaces:
            while space.is_open and space.purge():
                await pause(0)
        if spaces.ledger is not None:
            with suppress(StoreError):  # told where it is mended
                await spaces.ledger.settle()


async def mend(spaces: Spaces) -> None:
    """Go on with what is planned once a store that was in trouble can be written to."""
    while spaces.ledger is not None:
        await pause(MEND_S)
        if spaces.ledger.trouble is not None and await spaces.ledger.mend():
            spaces.wake(0)
