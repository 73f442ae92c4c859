"""Waking: many spaces of a store are opened one by one, while others are served."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any, Final

from mockserver.engine.clock import pause
from mockserver.errors import StoreError

__all__ = ["AT_ONCE", "Waking", "wanted"]

AT_ONCE: Final = 100
"""So many are opened before anything else is done."""
_log = logging.getLogger(__name__)


def wanted(
    known: Sequence[str], planned: Iterable[str], most: int, there: Collection[str]
) -> list[str]:
    """Return which spaces are to be opened: if they are many, the planned ones first.

    Args:
        known: All that the store has, the latest last.
        planned: Those in which something is to happen.
        most: How many others, the latest.
        there: Those that are open.
    """
    names = dict.fromkeys([*planned, *known[max(0, len(known) - most) :]])
    left = [name for name in names if name not in there]
    if len(left) > AT_ONCE:
        return left
    return [name for name in known if name in left]


class Waking:
    """Opens what a store has of spaces in which something is planned, and of others.

    Who asks for one of them before its turn has it opened then. What cannot be read is
    told in the log, and to whoever asks for it.

    Args:
        prepare: Reads a space, if that is much.
        find: Opens one that is still there.
    """

    def __init__(
        self, prepare: Callable[[str], Awaitable[None]], find: Callable[[str], Any]
    ) -> None:
        self._prepare, self._find = prepare, find
        self._task: asyncio.Task[None] | None = None

    def begin(self, names: Iterable[str]) -> None:
        """Open spaces from now on, after those that are still to be opened."""
        names = [*names]
        if names:
            self._task = asyncio.create_task(self._wake(names, self._task))

    async def done(self) -> None:
        """Return once all of them are open."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def stop(self) -> None:
        """Open no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _wake(self, names: list[str], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await before
        for name in names:
            try:
                await self._prepare(name)
                self._find(name)
            except StoreError as error:
                _log.warning("%s is not opened: %s", name, error)
            await pause(0)
