"""Taking: a space becomes a worker's, and what the store has of it is read in slices.

A large one takes seconds to read. Neither the store nor the worker stands still for
that: nobody else writes to a space that has been taken, so it is read piece by piece.
"""

from collections.abc import Callable, Sequence
from heapq import merge
from typing import NamedTuple, TypeVar

from mockserver.engine.clock import pause
from mockserver.engine.store.redis.line import Line, evaluate
from mockserver.engine.store.redis.scripts import TAKE, keys_of
from mockserver.engine.store.redis.shelf import in_order
from mockserver.engine.store.slices import AT_ONCE, LARGE, no_sweeping

__all__ = ["Held", "Taken", "ordered", "read_in_slices", "take"]

T = TypeVar("T")
R = TypeVar("R")


class Taken(NamedTuple):
    """A space that is this worker's from now on.

    Attributes:
        number: How many entries there have been.
        rows: What it holds, in order.
        links: Its public things.
    """

    number: int
    rows: Sequence[tuple[bytes, bytes]]
    links: Sequence[bytes]


class Held(NamedTuple):
    """Who has a space, as a second try has to name it."""

    owner: bytes
    fence: bytes


async def take(
    line: Line, space: str, me: str, fence: str, dead: Held | None = None
) -> Taken | Held:
    """Take a space that nobody has, or whose owner is dead; say who has it otherwise.

    Args:
        line: Leads to the store.
        space: The space.
        me: This worker's name.
        fence: What its entries will have to name.
        dead: Who had it, and lives no more.

    Raises:
        StoreError: The store cannot be reached.
    """
    keys = keys_of(space)
    owner, was = (b"", b"") if dead is None else dead
    reply = await line.ask(*evaluate(TAKE, keys, me, fence, owner, was, LARGE))
    if not reply[0]:
        return Held(reply[1], reply[2])
    if reply[2] != -1:
        return Taken(int(reply[1]), in_order(reply[2]), reply[3])
    with no_sweeping():
        rows = await ordered(await _scanned(line, "HSCAN", keys.state))
        links = await _scanned(line, "SSCAN", keys.links)
    return Taken(int(reply[1]), rows, [*dict.fromkeys(links)])


async def read_in_slices(given: Sequence[T], read: Callable[[T], R]) -> Sequence[R]:
    """Return what each of many things is read as, while others are served."""
    if len(given) <= AT_ONCE:
        return [read(one) for one in given]
    found: list[R] = []
    with no_sweeping():
        for at in range(0, len(given), AT_ONCE):
            found += [read(one) for one in given[at : at + AT_ONCE]]
            await pause(0)
    return found


async def ordered(
    state: Sequence[bytes], at_once: int = AT_ONCE
) -> list[tuple[bytes, bytes]]:
    """Return what a hash holds as `in_order` does, while others are served."""
    both = 2 * at_once
    slices: list[list[tuple[bytes, bytes, bytes]]] = []
    for at in range(0, len(state), both):
        some = state[at : at + both]
        pairs = zip(some[::2], some[1::2], strict=True)
        slices.append(sorted((value[:8], place, value[8:]) for place, value in pairs))
        await pause(0)
    found: list[tuple[bytes, bytes]] = []
    last = b""
    for number, (at_, place, value) in enumerate(merge(*slices), 1):
        # What was met twice while the hash was read has the same position.
        if at_ != last:
            found.append((place, value))
        last = at_
        if number % at_once == 0:
            await pause(0)
    return found


async def _scanned(line: Line, command: str, key: str) -> list[bytes]:
    found: list[bytes] = []
    cursor = b"0"
    while True:
        cursor, some = await line.ask(command, key, cursor, "COUNT", LARGE)
        found += some
        if cursor == b"0":
            return found
