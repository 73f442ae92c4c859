"""Workers of one fleet in one process, each with its listener."""

from typing import Any

from mockserver.app import build
from mockserver.edge.instance import Instance
from mockserver.edge.staging.stage import HANDSHAKES
from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.server.sockets.listener import Listener, bind
from tests.engine.directories import FakeDirectory, Fleet

__all__ = ["instance_of", "listening"]


def instance_of(directory: FakeDirectory, fleet: Fleet, **settings: Any) -> Instance:
    """Return a worker that has not started."""
    ledger = Ledger(fleet.shelf, codec(), directory, local=(HANDSHAKES,))
    return build(ledger=ledger, **settings)


async def listening(instance: Instance) -> Listener:
    """Return what serves an instance, also to other workers, on free ports."""
    listener = Listener(instance, bind("127.0.0.1", 0))
    await listener.start()
    directory = instance.services.spaces.directory
    if directory is not None:
        await directory.start(instance.inner)
    return listener
