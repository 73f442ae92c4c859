"""A store that many workers share: Redis 6.2 or later, or Valkey."""

import logging
from contextlib import closing

from mockserver.engine.store.log import Ledger
from mockserver.engine.store.redis.archive import RedisArchive
from mockserver.engine.store.redis.directory import RedisDirectory
from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.redis.register import strike
from mockserver.engine.store.redis.shelf import RedisShelf
from mockserver.engine.store.shelf import SERVER, Codec

__all__ = ["RedisDirectory", "RedisShelf", "bury", "open_shared"]

_log = logging.getLogger(__name__)


async def bury(url: str, worker: str) -> None:
    """Let others have at once what a worker had that has ended.

    Raises:
        StoreError: The store cannot be reached.
    """
    line = Line(url)
    try:
        await strike(line, worker)
    finally:
        await line.close()


def open_shared(
    url: str,
    lease_s: float,
    codec: Codec,
    local: tuple[str, ...] = (),
    name: str = "",
) -> Ledger:
    """Return the ledger of one worker; it joins the others once it runs.

    Args:
        url: Where the store is.
        lease_s: How long a worker that says nothing keeps its spaces.
        codec: How places and values are written.
        local: Spaces that each worker has for itself.
        name: The worker's; made up if empty.

    Raises:
        StoreError: The store cannot be used.
    """
    with closing(RedisShelf(url)) as shelf:
        server = shelf.rows(SERVER)
        for said in shelf.warnings:
            _log.warning("%s: %s", shelf.name, said)
    directory = RedisDirectory(Line(url), lease_s, server, name, codec)
    return Ledger(directory.fetched, codec, directory, local, RedisArchive(Line(url)))
