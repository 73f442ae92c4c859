"""Requests: what tells one of them from all others, for identifiers in answers."""

from typing import Final

from mockserver.engine.chance import Chance
from mockserver.providers.call import Call

__all__ = ["request_chance"]

_NOBODYS: Final = ""  # no space has this name


def request_chance(call: Call) -> Chance:
    """Return what to draw the identifiers of this one request from.

    Requests are numbered in their space, and those that found none in the server: no
    two of them draw the same, and equal seeds and requests draw the same again. Ask
    once for each answer.
    """
    slug, space, spaces = call.provider.slug, call.known_space, call.services.spaces
    if space is not None:
        number = space.table(slug, "request").number()
        return space.chance(slug).fork("request", number)
    number = spaces.store.table(_NOBODYS, slug, "request").number()
    return Chance(spaces.settings.seed, _NOBODYS, slug).fork("request", number)
