"""Directory: which worker has which space, where several workers share one store."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct

from mockserver.engine.store.shelf import Entry, Place, Row

__all__ = ["LEFT", "RETIRED", "Change", "Directory", "Listener", "Worker"]

LEFT: Final = "left"
"""What is told once a worker has given up its spaces, or is known to have ended."""
RETIRED: Final = "retired"
"""What is told once a worker takes no more spaces."""

Change = tuple[bytes, bytes | None]
Listener = Callable[[str, Mapping[str, Any]], Awaitable[None]]


class Worker(Struct, frozen=True):
    """One process of a fleet.

    Attributes:
        id: Its name, which no other process ever has.
        address: `host:port` of its inner door; empty if it has none.
        since: When it joined, in seconds since 1970.
        is_leaving: It takes no more spaces, and gives those up that it has.
    """

    id: str
    address: str
    since: float
    is_leaving: bool = False


class Directory(Protocol):
    """Says which worker has a space, and gets spaces for this one.

    At any moment a space belongs to one worker at most, which alone writes to its log.
    Everything that waits raises `StoreError` if the store cannot be reached.
    """

    @property
    def me(self) -> Worker:
        """This worker."""
        ...

    @property
    def offset_s(self) -> float:
        """What has to be added to this machine's wall clock to have the store's."""
        ...

    @property
    def beat_s(self) -> float:
        """How often `beat` has to be called, in seconds."""
        ...

    def is_current(self) -> bool:
        """Say whether this worker is known to live; if not, `beat` comes first.

        Others may have its spaces once it has not told for too long that it lives,
        such as when the machine was suspended.
        """
        ...

    async def beat(self) -> None:
        """Go on living; if that is too late, all spaces are lost."""
        ...

    def holds(self, space: str) -> bool:
        """Say whether a space is this worker's, and what the store has of it is here.

        It is asked before a space that is not in memory is opened.
        """
        ...

    def knows(self, link: bytes) -> bool:
        """Say whether it is known just now to which space a public thing leads."""
        ...

    async def enter(self, space: str) -> Worker | None:
        """Take a space if no living worker has it; return who has it, None for me.

        Once it is mine, the ledger finds its rows and links without waiting.
        """
        ...

    async def look(self, link: bytes) -> None:
        """Find out to which space a public thing leads; known for a moment."""
        ...

    async def write(self, entries: Sequence[Entry]) -> set[str]:
        """Append entries, as `Shelf.append`; return the spaces that are another's.

        Of those nothing is written, and of the others everything.
        """
        ...

    async def orphans(self, most: int) -> list[str]:
        """Return spaces in which something is planned and that nobody has."""
        ...

    def rows(self, space: str) -> Sequence[Row]:
        """Return what the store has of a space that was entered, once."""
        ...

    def links(self, space: str) -> Sequence[Place]:
        """Return the public things of a space that was entered, once."""
        ...

    async def names(self) -> list[str]:
        """Return all spaces of the store, whoever has them, the latest first."""
        ...

    async def asleep(self, most: int | None = None) -> list[str]:
        """Return the spaces that no worker has, the latest first.

        Args:
            most: Look only among so many of the latest of all.
        """
        ...

    def number(self, last: int) -> int:
        """Return a number that no other worker gives, greater than an earlier one.

        As far as clocks agree, what comes later anywhere has the greater number.
        """
        ...

    def held(self) -> Sequence[str]:
        """Return the spaces that are this worker's."""
        ...

    def on_lost(self, listener: Callable[[set[str]], None]) -> None:
        """Call `listener` with spaces that are not this worker's any more."""
        ...

    def on_server(self, listener: Callable[[Sequence[Change], bool], None]) -> None:
        """Call `listener` with what others have changed of the server.

        That is places and values, and whether those are all that there are.
        """
        ...

    def forget(self, space: str) -> None:
        """Do not go by who had a space a moment ago: that one cannot be reached."""
        ...

    def drop(self, space: str) -> None:
        """Hold a space no more: as of now here, and soon for all others."""
        ...

    async def leave(self, space: str) -> None:
        """Give a space back that has been settled and put away; others may take it."""
        ...

    async def retire(self) -> None:
        """Take no more spaces from now on, as long as anybody else does."""
        ...

    def takers(self) -> Sequence[Worker]:
        """Return the other workers that take spaces, as far as anybody knows."""
        ...

    async def leave_all(self) -> None:
        """Give back everything, and leave the register of workers."""
        ...

    async def refresh(self) -> bool:
        """Know what other workers have changed of the server; say if that was news."""
        ...

    def workers(self) -> Sequence[Worker]:
        """Return the workers that lived a moment ago, this one among them."""
        ...

    async def tell(self, what: str, **values: Any) -> None:
        """Tell something to all workers, this one as well; values are JSON-able."""
        ...

    def on_told(self, listener: Listener) -> None:
        """Call `listener` with whatever any worker tells."""
        ...

    async def start(self, address: str = "") -> None:
        """Join: be known to the others from now on, and know what they tell.

        Args:
            address: `host:port` of this worker's inner door.
        """
        ...

    async def close(self) -> None:
        """Leave, and let go of the store."""
        ...
