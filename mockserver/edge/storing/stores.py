"""Stores: opens the store behind the memory that a setting names."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from mockserver.config.values import SQLITE, is_shared
from mockserver.delivery.delivery import Record
from mockserver.delivery.lanes import Holder, Waiting
from mockserver.edge.staging.stage import HANDSHAKES
from mockserver.engine.agenda import About, Due
from mockserver.engine.clock import Pace
from mockserver.engine.jobs import Job, MediaLife, Queued
from mockserver.engine.keyring import Grant
from mockserver.engine.store.codec import ValueCodec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.engine.store.sqlite_archive import ENDING, SqliteArchive
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import StoreError, starting
from mockserver.providers.assets import Asset
from mockserver.scenarios.faults.course import Memory

if TYPE_CHECKING:
    from mockserver.engine.store.redis import RedisShelf

__all__ = ["LookedInto", "bury", "codec", "load", "open_ledger", "open_shelf"]

LookedInto: TypeAlias = "SqliteShelf | RedisShelf"

ARCHIVE_BYTES: Final = 64 << 20
LEASE_S: Final = 3.0
# Whose they are does not show: each worker has its own.
_LOCAL: Final = (HANDSHAKES,)

# Their names stand in stores: see `ValueCodec`.
_TYPES: Final = (About, Asset, Due, Grant, Holder, Job, MediaLife, Memory, Pace, Phase,
                 Queued, Step, Timeline, Waiting)  # fmt: skip


def codec() -> ValueCodec:
    """Return what writes everything that this server keeps."""
    return ValueCodec(
        _TYPES,
        shared=(Timeline, MediaLife),
        packed={Record: (Record.pack, Record.unpack)},
        repeated={Job: ("space", "operation", "ends", "base")},
    )


def open_ledger(
    store: str,
    lease_s: float = LEASE_S,
    name: str = "",
    archive_bytes: int = ARCHIVE_BYTES,
) -> Ledger:
    """Return the ledger of a store, such as `sqlite:/var/mock.db`.

    Args:
        store: As the setting has it.
        lease_s: How long a worker of a shared store may be silent.
        name: What such a worker is called; made up if empty.
        archive_bytes: How long the file of exchanges beside a file may be.

    Raises:
        StartError: The store cannot be opened.
    """
    with starting():
        if is_shared(store):
            shared = _redis()
            opened: Ledger = shared.open_shared(store, lease_s, codec(), _LOCAL, name)
            return opened
        path = Path(store.removeprefix(SQLITE))
        shelf = SqliteShelf(path)
        beside = path.with_name(path.name + ENDING)
        archive = SqliteArchive(beside, archive_bytes)
        return Ledger(shelf, codec(), archive=archive, sliced=shelf, quick=shelf)


def load(store: str) -> None:
    """Load what a store needs, without opening it."""
    if is_shared(store):
        with suppress(StoreError):  # told where it is opened
            _redis()


async def bury(store: str, worker: str) -> None:
    """Let others have at once what a worker of a shared store had that has ended.

    Raises:
        StoreError: The store cannot be reached; then its lease ends by itself.
    """
    await _redis().bury(store, worker)


def open_shelf(store: str) -> LookedInto:
    """Return a store as commands look into it: `sqlite:PATH`, a path, or a URL.

    Raises:
        StoreError: It cannot be opened.
    """
    if is_shared(store):
        shelf: RedisShelf = _redis().RedisShelf(store)
        return shelf
    return SqliteShelf(Path(store.removeprefix(SQLITE)))


def _redis() -> Any:
    """Return what knows Redis, whose client need not be installed.

    Raises:
        StoreError: It is not.
    """
    try:
        return import_module("mockserver.engine.store.redis")
    except ImportError as error:
        raise StoreError(
            f"found no client for Redis ({error}); expected one:"
            " pip install 'video-mockserver[redis]'"
        ) from error
