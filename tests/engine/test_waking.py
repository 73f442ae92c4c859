"""Many spaces of a store are opened one by one, those with plans first."""

import asyncio
import logging

import pytest

from mockserver.engine.waking import AT_ONCE, Waking, wanted
from mockserver.errors import StoreError


class House:
    """What a waking asks for spaces."""

    def __init__(self, damaged: str = "") -> None:
        self.prepared, self.found = list[str](), list[str]()
        self.damaged = damaged
        self.goes_on = asyncio.Event()

    async def prepare(self, name: str) -> None:
        self.prepared.append(name)
        await self.goes_on.wait()
        if name == self.damaged:
            raise StoreError("found damaged bytes")

    def find(self, name: str) -> None:
        self.found.append(name)


def test_a_few_are_opened_in_their_order() -> None:
    """As many of the latest as are asked for, and those with plans."""
    assert wanted(["a", "b", "c", "d"], ["b"], 1, ()) == ["b", "d"]


def test_what_is_open_is_not_opened_again() -> None:
    assert wanted(["a", "b", "c"], ["a"], 2, {"b"}) == ["a", "c"]


def test_of_many_those_with_plans_come_first() -> None:
    """What falls due waits for them."""
    known = [f"space {number}" for number in range(AT_ONCE + 1)]

    found = wanted(known, ["space 100", "space 7"], len(known), ())

    assert found[:3] == ["space 100", "space 7", "space 0"]
    assert sorted(found) == sorted(known)


async def test_nobody_waits_for_them_but_who_wants_all() -> None:
    house = House()
    waking = Waking(house.prepare, house.find)
    waking.begin(["a", "b"])
    await asyncio.sleep(0)
    before = [*house.found]
    house.goes_on.set()

    await waking.done()

    assert (before, house.found) == ([], ["a", "b"])


async def test_what_comes_to_it_is_opened_after_the_others() -> None:
    house = House()
    house.goes_on.set()
    waking = Waking(house.prepare, house.find)
    waking.begin(["a", "b"])
    waking.begin(["c"])

    await waking.done()

    assert house.found == ["a", "b", "c"]


async def test_what_cannot_be_read_keeps_nothing_from_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The log names it."""
    house = House(damaged="a")
    house.goes_on.set()
    waking = Waking(house.prepare, house.find)
    with caplog.at_level(logging.WARNING):
        waking.begin(["a", "b"])
        await waking.done()

    assert house.found == ["b"]
    assert "a is not opened: found damaged bytes" in caplog.text


async def test_at_the_end_no_more_are_opened() -> None:
    house = House()
    waking = Waking(house.prepare, house.find)
    waking.begin(["a", "b"])
    await asyncio.sleep(0)

    await waking.stop()

    assert (house.prepared, house.found) == (["a"], [])
