"""Paging: which part of a list is asked for, and where the next part begins."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Final, Generic, TypeVar

import orjson

from mockserver.engine.chance import Chance
from mockserver.errors import InvalidPayloadError
from mockserver.providers.call import Call
from mockserver.providers.wires.segments import decoded, encoded

__all__ = ["Page", "cursor_page", "offset_page", "token_page", "walked_page"]

T = TypeVar("T")

_SEAL: Final = 16


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        items: What is on it, in the list's order.
        next: What a client sends to get the page after it; None on the last one.
    """

    items: Sequence[T]
    next: str | None


def offset_page(things: Sequence[T], *, offset: int, limit: int) -> Page[T]:
    """Return the things from an offset on, 0 for the first; `next` is an offset.

    A thing that is put in before moves all others: pages then overlap.
    """
    stop = offset + limit
    is_last = stop >= len(things) or limit == 0
    return Page(things[offset:stop], None if is_last else str(stop))


def cursor_page(
    things: Sequence[T], *, after: str | None, limit: int, key: Callable[[T], str]
) -> Page[T]:
    """Return the things after one that a client has seen; `next` is its key.

    New things move nothing, wherever they are put in.

    Args:
        things: All of them, in the list's order.
        after: The key of the last thing that was seen; None for the first page.
        limit: How many at most.
        key: What names a thing; no two have the same.

    Raises:
        InvalidPayloadError: Code `cursor`; there is no such thing, or no longer.
    """
    start = 0
    if after is not None:
        keys = (number for number, thing in enumerate(things) if key(thing) == after)
        last = next(keys, None)
        if last is None:
            raise _unknown(after)
        start = last + 1
    return _page(things, start, limit, key)


def token_page(
    call: Call,
    things: Sequence[T],
    *,
    token: str | None,
    limit: int,
    position: Callable[[T], float],
    newest_first: bool = False,
    filters: Sequence[str] = (),
) -> Page[T]:
    """Return the things beyond a token's place; `next` is an opaque token.

    A token holds a place between two things, so that it outlives both: neither new
    nor deleted things repeat or hide others. It is good for one list only: that of
    its space, operation and filters.

    Args:
        call: The call, whose space, provider and operation the token is for.
        things: All of them, by rising position.
        token: What the client sent; None or empty for the first page.
        limit: How many at most.
        position: Where a thing stands, such as `job.ordinal`; no two are equal.
        newest_first: They stand by falling position instead.
        filters: What else the client chose the list by.

    Raises:
        InvalidPayloadError: Code `cursor`; the token is none, or another list's.
    """
    seal = call.chance.fork("page", call.operation, *filters)
    sign, start = -1 if newest_first else 1, 0
    if token:
        at = sign * _opened(seal, token)
        start = bisect_right(things, at, key=lambda thing: sign * position(thing))
    return _page(things, start, limit, lambda thing: _sealed(seal, position(thing)))


def walked_page(
    call: Call,
    things: Iterable[T],
    *,
    token: str | None,
    limit: int,
    position: Callable[[T], float],
    filters: Sequence[str] = (),
) -> Page[T]:
    """Return what `token_page` does of things that nobody has in a list.

    They are walked, newest first, no further than to the end of the page.
    """
    seal = call.chance.fork("page", call.operation, *filters)
    before = _opened(seal, token) if token else inf
    rest = (thing for thing in things if position(thing) < before)
    items = [*islice(rest, limit + 1)]
    is_last = len(items) <= limit
    del items[limit:]
    return Page(items, None if is_last else _sealed(seal, position(items[-1])))


def _page(
    things: Sequence[T], start: int, limit: int, name: Callable[[T], str]
) -> Page[T]:
    items = things[start : start + limit]
    is_last = not items or start + limit >= len(things)
    return Page(items, None if is_last else name(items[-1]))


def _sealed(seal: Chance, at: float) -> str:
    text = orjson.dumps(at).decode()
    sealed = f"{seal.hex(text, _SEAL)}{text}".encode()
    return encoded(sealed)


def _opened(seal: Chance, token: str) -> float:
    try:
        raw = decoded(token).decode()
        at: float = orjson.loads(raw[_SEAL:])
    except ValueError:
        raise _unknown(token) from None
    if _sealed(seal, at) != token:
        raise _unknown(token)
    return at


def _unknown(cursor: str) -> InvalidPayloadError:
    return InvalidPayloadError(code="cursor", cursor=cursor)
