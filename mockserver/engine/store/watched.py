"""Watched: a small part of a space that many hands change, compared now and then."""

from collections.abc import Callable
from typing import Any, NamedTuple

from mockserver.engine.store.shelf import GONE, Place, Row, State

__all__ = ["Watched"]


class Watched(NamedTuple):
    """A part that is compared whenever an entry is closed.

    Attributes:
        part: Returns its places and values; what has changed is another value.
        known: What the store has of it.
    """

    part: Callable[[], State]
    known: dict[Place, Any]

    def differences(self) -> list[Row]:
        """Return what the store has to be told, as if it were told."""
        state, known = self.part(), self.known
        if state == known:
            return []
        found: list[Row] = []
        for place in [place for place in known if place not in state]:
            del known[place]
            found.append((place, GONE))
        for place, value in state.items():
            if place not in known or known[place] != value:
                known[place] = value
                found.append((place, value))
        return found
