"""Archiving: the journal is kept with its spaces, where there is a store."""

from mockserver.providers.services import Services
from mockserver.verdict.archive import Archivist

__all__ = ["archiving"]


def archiving(services: Services) -> Archivist | None:
    """Return what keeps the journal from now on; None if nothing can."""
    spaces = services.spaces
    if spaces.ledger is None or spaces.ledger.archive is None:
        return None
    archivist = Archivist(services.journal, spaces.ledger.archive)
    for space in spaces:
        archivist.opened(space)
    spaces.on_open(archivist.opened)
    spaces.on_drop(archivist.dropped)
    spaces.part_with = archivist.flush
    return archivist
