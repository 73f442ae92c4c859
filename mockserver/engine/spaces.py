"""Spaces: all private worlds of a server, and the keys that open them."""

import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from mockserver.engine.agenda import DUE
from mockserver.engine.beginning import SpaceSettings
from mockserver.engine.clock import Pace, pause
from mockserver.engine.crowd import Crowd
from mockserver.engine.kept import begin, beginning, restore
from mockserver.engine.keyring import GRANT, Keyring
from mockserver.engine.notices import Conduct
from mockserver.engine.space import NOTHING, Script, Space
from mockserver.engine.standing import STANDING, Standing
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.protocol import Store
from mockserver.engine.store.shelf import SERVER, Row
from mockserver.engine.waking import AT_ONCE, Waking, wanted
from mockserver.errors import SpaceElsewhereError

__all__ = ["Script", "Space", "SpaceSettings", "Spaces"]

_log = logging.getLogger(__name__)
_TURNS: Final = 5


Dropped = Callable[[str, bool], None]
Declare = Callable[[str, Any], Mapping[str, Any]]


def _undeclared(space_id: str, said: Any) -> Mapping[str, Any]:
    del space_id, said
    return NOTHING


class Spaces:
    """All spaces of a server, and the keys that open them.

    Args:
        settings: What every new one begins with.
        store: Where their jobs and tables are.
        conduct: What the engine has to know of a provider's jobs in a space.
        make_script: Makes the scenarios of one.
        populate: Furnishes one for a provider; see `Space`.
        most: How many are kept. Before there are more, the one that was not used for
            longest is deleted with its keys: of those in which nothing is unfinished,
            if there is one.

    Attributes:
        most: How many are kept.
        ledger: Where what changes is noted for a store; None if nothing is kept.
        directory: Says which worker has which space; None if this process is alone.
        standing: What is said to spaces to come.
        declare: Returns what a space has of its own, of its name and what was said
            when it was opened.
        serves: Says whether a provider is served.
        waking: Opens those that a store has, if they are many.
        part_with: Is awaited before a space is given to another worker.
    """

    def __init__(
        self,
        settings: SpaceSettings,
        *,
        store: Store,
        conduct: Callable[[Space, str], Conduct],
        make_script: Callable[[], Script],
        populate: Callable[[Space, str], None],
        most: int = 10_000,
    ) -> None:
        self.settings = settings
        self.ledger = ledger = store.ledger
        self.directory = None if ledger is None else ledger.directory
        self.keyring = Keyring()
        self.standing = Standing()
        self.store = store
        self._conduct = conduct
        self._make_script = make_script
        self._populate = populate
        self._spaces: dict[str, Space] = {}
        self._listeners: list[Callable[[Space], None]] = []
        self._on_drop: list[Dropped] = []
        self.part_with: Callable[[str], Awaitable[None]] | None = None
        self.most = most
        self.waking = Waking(self.prepare, self.find)
        self._crowd = Crowd()
        self.forgotten = 0
        self.declare: Declare = _undeclared
        self.serves: Callable[[str], bool] = bool
        if ledger is not None:
            ledger.on_lost(self._lose)
            self._take_up(ledger)
        if self.directory is not None:
            settings.share(self.standing)

    def __len__(self) -> int:
        """Return how many spaces are open."""
        return len(self._spaces)

    def __iter__(self) -> Iterator[Space]:
        """Return the open spaces, in the order in which they were opened."""
        return iter(tuple(self._spaces.values()))

    def find(self, space_id: str) -> Space | None:
        """Return a space that is open, or that the store has; else None.

        Raises:
            StoreError: The store has it, but cannot be read.
            SpaceElsewhereError: It is not this worker's.
        """
        known = self._spaces.get(space_id)
        if known is not None or self.ledger is None:
            return known
        self._expect(space_id)
        return self.open(space_id) if self.ledger.has(space_id) else None

    def has(self, space_id: str) -> bool:
        """Say whether a space is in memory."""
        return space_id in self._spaces

    async def prepare(self, space_id: str) -> None:
        """Read what a file has of a space, while others are served, if that is much.

        Raises:
            StoreError: It cannot be read.
        """
        reading = None if self.ledger is None else self.ledger.reading
        if reading is not None and space_id not in self._spaces:
            await reading.read(space_id)

    def find_here(self, space_id: str) -> Space | None:
        """Return a space as `find` does, but None if it is not this worker's."""
        try:
            return self.find(space_id)
        except SpaceElsewhereError:
            return None

    def open(
        self,
        space_id: str,
        *,
        seed: int | None = None,
        pace: Pace | None = None,
        declared: Mapping[str, Any] = NOTHING,
        said: Any = None,
    ) -> Space:
        """Return the space of that name, opened now, and so, if it is new.

        Args:
            space_id: Its name.
            seed: What its draws depend on, if not what those of the server do.
            pace: How its time passes, if not as usual.
            declared: What it has of its own, by provider.
            said: What was said for that, as data.

        Raises:
            StoreError: The store has it, but cannot be read.
            SpaceElsewhereError: It is not this worker's.
        """
        known = self._spaces.get(space_id)
        if known is None:
            self._expect(space_id)
        self._crowd.touch(space_id)
        if known is not None:
            return known
        while len(self._spaces) >= self.most and self._forget():
            pass
        rows = [] if self.ledger is None else self.ledger.rows(space_id)
        links = [] if self.ledger is None or not rows else self.ledger.links(space_id)
        begun = beginning(rows)
        if begun is not None:
            seed, said = begun["seed"], begun["said"]
            declared = self.declare(space_id, said)
        space = self._make(space_id, self.settings.seed if seed is None else seed, pace)
        space.declared, space.said = declared, said
        self._spaces[space_id] = space
        if self.ledger is not None and begun is not None:
            restore(space, rows, links, self.serves)
        else:
            begin(space)
        for listener in self._listeners:
            listener(space)
        return space

    def reset(self, space_id: str) -> Space:
        """Begin a space anew: same name, seed, pace and keys, nothing else."""
        old = self._spaces.pop(space_id, None)
        self.store.reset(space_id)
        if old is None:
            return self.open(space_id)
        old.is_open = False
        old.clock.nudge()
        return self.open(
            space_id,
            seed=old.seed,
            pace=old.clock.pace,
            declared=old.declared,
            said=old.said,
        )

    def delete(self, space_id: str) -> bool:
        """Forget a space; say whether it was open.

        Its keys go, too; only fixtures' and configured ones stay, and open it anew.
        """
        self.store.reset(space_id)
        self.keyring.forget(space_id)
        self._crowd.remove(space_id)
        old = self._spaces.pop(space_id, None)
        if old is not None:
            old.is_open = False
            old.clock.nudge()
        return old is not None

    def owner(self, slug: str, kind: str, key: str) -> Space | None:
        """Return the space that a publicly readable thing belongs to, or None.

        Raises:
            SpaceElsewhereError: It is not this worker's, or that is to be found out.
        """
        space_id = self.store.owner(slug, kind, key)
        space = None if space_id is None else self.find(space_id)
        if space is not None:
            self._crowd.touch(space.id)
        return space

    def wake(self, most: int) -> None:
        """Open the spaces that the store has: where something is to happen, and others.

        If they are many, most of them are opened while others are served.

        Where several workers share the store, each looks by and by for what is to
        happen in spaces that nobody has, and for nothing else.

        Args:
            most: How many others at most, the latest.
        """
        if self.ledger is None or self.directory is not None:
            return
        planned = self.ledger.spaces(DUE)
        names = wanted(self.ledger.spaces(), planned, most, self._spaces)
        for name in names[:AT_ONCE]:
            self.open(name)
        self.waking.begin(names[AT_ONCE:])

    def drop(self, space_id: str, *, is_lost: bool = False) -> None:
        """Have a space in memory no more; it is read from the store at need.

        Args:
            space_id: Its name.
            is_lost: The store may not have all of it, or another worker has it.
        """
        for listener in self._on_drop:
            listener(space_id, is_lost)
        old = self._spaces.pop(space_id, None)
        self._crowd.remove(space_id)
        if old is not None:
            self.store.forget(space_id)
            old.is_open = False
            old.clock.nudge()
        if self.directory is not None:
            self.directory.drop(space_id)

    async def give_up(self, space_id: str) -> None:
        """Let another worker have a space, with all that has happened in it.

        Raises:
            StoreError: Not all of it could be written.
        """
        ledger, directory = self.ledger, self.directory
        if ledger is None or directory is None or space_id in ledger.local:
            return
        if self.part_with is not None:
            await self.part_with(space_id)
        await pause(0)
        while not ledger.is_safe(space_id):
            await ledger.settle(space_id)
            # Whoever waited for the same is to find the space as it was.
            for _ in range(_TURNS):
                await pause(0)
        ledger.put_away(space_id)
        self.drop(space_id)
        await directory.leave(space_id)

    def names(self) -> list[str]:
        """Return the spaces that are open, and those that only the store has.

        Where several workers share the store, those are of this worker only.
        """
        is_alone = self.ledger is not None and self.directory is None
        away = self.ledger.spaces() if self.ledger is not None and is_alone else []
        return [*dict.fromkeys([*self._spaces, *away])]

    @property
    def room(self) -> int:
        """How many more can be open before others have to go."""
        return max(0, self.most - len(self._spaces))

    async def known(self) -> list[str]:
        """Return all spaces that a store knows, whoever has them.

        Raises:
            StoreError: It cannot be reached.
        """
        if self.ledger is None:
            return []
        if self.directory is not None:
            return await self.directory.names()
        return self.ledger.spaces()

    def on_open(self, listener: Callable[[Space], None]) -> None:
        """Call `listener` with each space that is opened from now on."""
        self._listeners.append(listener)

    def on_drop(self, listener: Dropped) -> None:
        """Call `listener` with what leaves the memory, and whether that was lost."""
        self._on_drop.append(listener)

    def _expect(self, space_id: str) -> None:
        """Make sure that a space that is not in memory may be opened here.

        Raises:
            SpaceElsewhereError: It may not.
        """
        if self.ledger is not None and not self.ledger.is_here(space_id):
            raise SpaceElsewhereError(space_id)

    def _make(self, space_id: str, seed: int, pace: Pace | None) -> Space:
        if self.ledger is not None:
            self.ledger.begin(space_id)
        space = Space(
            space_id,
            seed=seed,
            clock=self.settings.clock(pace),
            store=self.store,
            conduct=self._conduct,
            script=self._make_script(),
            populate=self._populate,
        )
        space.retention = self.settings.retention()
        space.opened_s = self.settings.wall()
        return space

    def _take_up(self, ledger: Ledger) -> None:
        """Know what a store has kept that belongs to no space."""
        log = ledger.begin(SERVER)
        parts: dict[str, list[Row]] = {}
        for row in ledger.rows(SERVER):
            parts.setdefault(row[0][0], []).append(row)
        self.keyring.restore(parts.pop(GRANT, ()))
        self.standing.restore(parts.pop(STANDING, ()))
        self.store.restore(SERVER, [row for rows in parts.values() for row in rows], ())
        self.keyring.keep(log)
        self.standing.keep(log)

    def _lose(self, spaces: set[str]) -> None:
        """Let go of spaces of which the store does not have everything."""
        for name in spaces - {SERVER}:
            self.drop(name, is_lost=self.directory is not None)
        if SERVER in spaces and self.ledger is not None and self.directory is not None:
            # What of it is not in the store is forgotten once that has been read anew.
            log = self.ledger.begin(SERVER)
            self.keyring.keep(log, is_known=True)
            self.standing.keep(log)
            self.directory.drop(SERVER)
        elif SERVER in spaces and self.ledger is not None:
            self.store.forget(SERVER)
            self._take_up(self.ledger)

    def _forget(self) -> bool:
        """Delete or put away the space that can best be spared; say if one can."""
        name = self._crowd.next_to_go(self._is_busy)
        if self.ledger is not None:
            return self._put_away(name, self.ledger)
        self.delete(name)
        self.forgotten += 1
        if self.forgotten == 1:
            _log.warning(
                "more than %d spaces: those that were not used for longest are"
                " forgotten with their jobs and keys; --spaces-max keeps more",
                self.most,
            )
        return True

    def _put_away(self, name: str, ledger: Ledger) -> bool:
        # Who has something planned stays, beyond the bound: nobody else would do it.
        if self._is_busy(name) or name in ledger.local:
            return False
        ledger.put_away(name)
        self.drop(name)
        return True

    def _is_busy(self, space_id: str) -> bool:
        space = self._spaces.get(space_id)
        if space is None or self.ledger is None:
            return space is None or space.is_busy()
        # Jobs move on while nobody looks; what is planned does not happen then.
        return len(space.agenda) > 0 or not self.ledger.is_safe(space_id)
