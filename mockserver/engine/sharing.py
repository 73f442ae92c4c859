"""Sharing: one worker goes on living among others, and does what nobody else does."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from mockserver.engine.clock import pause
from mockserver.engine.keyring import GRANT
from mockserver.engine.spaces import Spaces
from mockserver.engine.standing import STANDING
from mockserver.engine.store.directory import LEFT, Change, Directory
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.shelf import GONE, SERVER, Row
from mockserver.errors import StoreError

__all__ = ["Sharing"]

ORPHANS_MAX: Final = 100


class Sharing:
    """The part of a worker in a fleet that nobody asks for.

    Args:
        spaces: All spaces that are here.
        ledger: Where what changes is noted.
        directory: Says which worker has which space.
    """

    def __init__(self, spaces: Spaces, ledger: Ledger, directory: Directory) -> None:
        self._spaces = spaces
        self._ledger = ledger
        self._directory = directory
        self._idle: frozenset[str] = frozenset()
        directory.on_server(self._fold)
        directory.on_told(self._told)

    @classmethod
    def of(cls, spaces: Spaces) -> "Sharing | None":
        """Return what a worker does among others; None if it is alone."""
        ledger, directory = spaces.ledger, spaces.directory
        if ledger is None or directory is None:
            return None
        return cls(spaces, ledger, directory)

    async def run(self) -> None:
        """Go on until cancelled, also while the store cannot be reached."""
        while True:
            await self.beat()
            await pause(self._directory.beat_s)

    async def beat(self) -> None:
        """Do once what has to be done again and again."""
        try:
            await self._directory.beat()
            await self._directory.refresh()
            await self._adopt()
            self._tidy()
        except StoreError as error:
            self._ledger.trouble = error
        else:
            self._ledger.trouble = None

    async def _told(self, what: str, values: Mapping[str, Any]) -> None:
        del values
        if what == LEFT:
            with suppress(StoreError):
                await self._adopt()

    async def _adopt(self) -> None:
        """Open the spaces in which something is planned and that nobody has."""
        for space in await self._directory.orphans(ORPHANS_MAX):
            if await self._directory.enter(space) is None:
                self._spaces.find(space)

    def _tidy(self) -> None:
        """Give back what has been here, but not in memory, since the last time."""
        idle = frozenset(
            space for space in self._directory.held() if not self._spaces.has(space)
        )
        for space in idle & self._idle:
            if self._ledger.is_safe(space):
                self._directory.drop(space)
        self._idle = idle

    def _fold(self, changes: Sequence[Change], is_all: bool) -> None:  # noqa: FBT001 - a listener's shape
        codec, rows = self._ledger.codec, list[Row]()
        for place, value in changes:
            if value is None:
                rows.append((codec.read_place(place), GONE))
            else:
                rows.append(codec.read(place, value))
        grants = [row for row in rows if row[0][0] == GRANT]
        # What is on its way to the store is not in what was read of it.
        whole = is_all and self._ledger.is_safe(SERVER)
        self._spaces.keyring.fold(grants, whole=whole)
        said = [row for row in rows if row[0][0] == STANDING]
        self._spaces.standing.fold(said, whole=whole)
