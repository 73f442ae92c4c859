"""Stores: opens the store behind the memory that a setting names."""

from pathlib import Path
from typing import Final

from mockserver.config.values import SQLITE
from mockserver.delivery.delivery import Record
from mockserver.delivery.lanes import Holder, Waiting
from mockserver.engine.agenda import About, Due
from mockserver.engine.clock import Pace
from mockserver.engine.jobs import Job, MediaLife, Queued
from mockserver.engine.keyring import Grant
from mockserver.engine.store.codec import ValueCodec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.sqlite import SqliteShelf
from mockserver.engine.timeline import Phase, Step, Timeline
from mockserver.errors import StartError, StoreError
from mockserver.providers.assets import Asset
from mockserver.scenarios.faults.course import Memory

__all__ = ["codec", "open_ledger"]

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


def open_ledger(store: str) -> Ledger:
    """Return the ledger of a store, such as `sqlite:/var/mock.db`.

    Raises:
        StartError: The store cannot be opened.
    """
    path = Path(store.removeprefix(SQLITE))
    try:
        return Ledger(SqliteShelf(path), codec())
    except StoreError as error:
        raise StartError(f"store: {error}") from error
