"""A large space is read in slices: nobody stands still, nothing of it is missing."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.engine.store.redis.line import Line
from mockserver.engine.store.redis.scripts import keys_of
from mockserver.engine.store.redis.shelf import in_order
from mockserver.engine.store.redis.taking import (
    Held,
    Taken,
    ordered,
    read_in_slices,
    take,
)
from mockserver.engine.store.slices import AT_ONCE, LARGE

PLACES = LARGE + 2 * AT_ONCE + 7


@pytest.fixture
async def line(redis_url: str) -> AsyncIterator[Line]:
    line = Line(redis_url)
    yield line
    await line.close()


async def fill(line: Line, space: str, places: int) -> None:
    """Let a space hold places in the order of their numbers, and as many links."""
    keys = keys_of(space)
    state = [
        part
        for number in range(places)
        for part in (b"place-%d" % (number * 7919 % places), _value(number))
    ]
    await line.ask("HSET", keys.state, *state)
    await line.ask("SADD", keys.links, *(f"link-{n}" for n in range(places)))
    await line.ask("HSET", keys.meta, "number", 5)


def _value(number: int) -> bytes:
    return number.to_bytes(8, "big") + b"value-%d" % number


async def turns_of(task: "asyncio.Task[object]") -> int:
    """Return how often others had their turn before something was done."""
    turns = 0
    while not task.done():
        await asyncio.sleep(0)
        turns += 1
    return turns


@pytest.mark.parametrize("places", [3, PLACES])
async def test_a_space_is_read_whole_and_in_order(line: Line, places: int) -> None:
    """However many places it has."""
    await fill(line, "pub", places)

    taken = await take(line, "pub", "me", "fence")

    assert isinstance(taken, Taken)
    assert taken.number == 5
    assert [value for _, value in taken.rows] == [
        b"value-%d" % number for number in range(places)
    ]
    assert sorted(taken.links) == sorted(b"link-%d" % n for n in range(places))


async def test_a_large_space_that_somebody_has_is_not_read(line: Line) -> None:
    await fill(line, "pub", PLACES)
    await take(line, "pub", "other", "fence")

    held = await take(line, "pub", "me", "mine")
    taken = await take(line, "pub", "me", "mine", Held(b"other", b"fence"))

    assert held == Held(b"other", b"fence")
    assert isinstance(taken, Taken)
    assert len(taken.rows) == PLACES


async def test_others_have_their_turn_while_things_are_read() -> None:
    """After each slice; and the collector of cycles goes on afterwards."""
    given_ = [*range(10 * AT_ONCE)]
    was = list[bool]()

    def read(one: int) -> int:
        was.append(gc.isenabled())
        return -one

    reading = asyncio.create_task(read_in_slices(given_, read))
    turns = await turns_of(reading)

    assert [*reading.result()] == [-one for one in given_]
    assert turns >= 10
    assert set(was) == {False}
    assert gc.isenabled()


@given(
    st.dictionaries(st.binary(max_size=4), st.binary(max_size=3), max_size=30),
    st.integers(1, 5),
)
def test_in_slices_it_is_in_the_same_order(
    held: dict[bytes, bytes], at_once: int
) -> None:
    """Also if the store shows a place twice while it is read."""
    state = [
        part
        for number, (place, value) in enumerate(held.items())
        for part in (place, number.to_bytes(8, "big") + value)
    ]

    found = asyncio.run(ordered([*state, *state[:4]], at_once))

    assert found == in_order(state)
