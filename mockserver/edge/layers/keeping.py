"""Keeping: no answer leaves before what it tells of is safe in the store."""

from mockserver.edge.layers.envelope import unsafe
from mockserver.edge.staging.stage import book_of
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.shelf import SERVER
from mockserver.errors import SpaceElsewhereError, StoreError
from mockserver.providers.call import Call
from mockserver.providers.reply import Reply

__all__ = ["entered", "is_owed", "kept"]


def entered(call: Call, ledger: Ledger | None) -> None:
    """Let a call enter.

    Raises:
        SpaceElsewhereError: Its space is another worker's, or is to be read first.
        UnauthorizedError: The credentials do not open one.
    """
    if ledger is None or ledger.reading is None:
        call.enter()
        return
    with ledger.reading.awaited():
        call.enter()


def is_owed(call: Call, ledger: Ledger) -> bool:
    """Say whether something may not be safe yet that an answer could tell of."""
    space = call.known_space
    if space is None:
        return ledger.is_behind
    if ledger.is_behind:
        # What lasts follows from the jobs of the space, whoever else gets a key now.
        told_of = (space.id,) if call.told is not None else (space.id, SERVER)
        if ledger.is_owed(*told_of):
            return True
    if not book_of(space).is_blank():
        return True
    return space.log is not None and space.log.is_lost


async def kept(call: Call, reply: Reply, ledger: Ledger) -> Reply:
    """Return an answer once all is safe, or the provider's refusal if it is not.

    A read waits for what others have changed in its space, too: it must not tell of
    something that the end of the process would take back.

    Raises:
        SpaceElsewhereError: The space is another worker's by now, and nothing was done.
    """
    space = call.known_space
    if space is not None and not book_of(space).is_blank():
        job = call.known_lead
        for firing in call.firings:
            firing.complete("" if job is None else job.id)
        space.touch()
    try:
        if ledger.is_behind:
            await ledger.settle(*([] if space is None else [space.id]))
    except StoreError as error:
        return unsafe(call, error)
    if space is not None and space.log is not None and space.log.is_lost:
        if ledger.directory is not None:
            raise SpaceElsewhereError(space.id)
        return unsafe(call, StoreError(f"space {space.id} was put away meanwhile"))
    return reply
