"""What is noted is written once somebody waits for it, all or nothing of it."""

import asyncio
from typing import Any

import pytest

from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.shelf import GONE
from mockserver.errors import StoreError
from tests.engine.directories import Fleet, SlowDirectory
from tests.engine.shelves import RecordingShelf

DISH = ("row", "acme", "dish", "soup")


async def test_what_one_request_changes_is_one_entry() -> None:
    """Changes stay in their order."""
    shelf = RecordingShelf()
    ledger = Ledger(shelf, codec())
    ledger.begin("one").note(DISH, 1)
    ledger.begin("one").note(("pace",), 2)

    await ledger.settle()

    assert [len(group) for group in shelf.groups] == [1]
    assert ledger.rows("one") == [(DISH, 1), (("pace",), 2)]


async def test_without_changes_nothing_is_written() -> None:
    """A read costs nothing."""
    shelf = RecordingShelf()
    ledger = Ledger(shelf, codec())

    await ledger.settle()

    assert (shelf.groups, ledger.is_behind) == ([], False)


async def test_what_is_gone_and_put_again_comes_last() -> None:
    """As in a dict; what is only put again keeps its position."""
    ledger = Ledger(RecordingShelf(), codec())
    log = ledger.begin("one")
    for place in (DISH, ("a",), ("b",)):
        log.note(place, 1)
    log.note(("a",), 2)
    log.note(DISH, GONE)
    log.note(DISH, 3)

    await ledger.settle()

    assert ledger.rows("one") == [(("a",), 2), (("b",), 1), (DISH, 3)]


async def test_a_watched_part_is_written_as_far_as_it_differs() -> None:
    """What many hands change is compared, not noted."""
    shelf, part = RecordingShelf(), dict[tuple[str, ...], Any]({("x",): 1, ("y",): 1})
    ledger = Ledger(shelf, codec())
    ledger.begin("one").watch(lambda: part, {("y",): 1, ("z",): 1})
    ledger.begin("one").touch()

    await ledger.settle()

    written = [place for place, _ in shelf.groups[0][0].changes]
    assert written == [b"z", b"x"]


async def test_a_space_that_begins_anew_loses_what_was_noted_before() -> None:
    """Whoever still holds the old one changes nothing of the new one."""
    ledger = Ledger(RecordingShelf(), codec())
    old = ledger.begin("one")
    old.note(DISH, 1)
    await ledger.settle()
    ledger.renew("one")
    old.note(("a",), 1)
    ledger.begin("one").note(("b",), 2)

    await ledger.settle()

    assert ledger.rows("one") == [(("b",), 2)]


async def test_before_it_is_written_a_wiped_space_is_not_read() -> None:
    """What the store still has of it is of the past."""
    ledger = Ledger(RecordingShelf(), codec())
    ledger.begin("one").note(DISH, 1)
    await ledger.settle()

    ledger.renew("one")

    assert (ledger.rows("one"), ledger.spaces(), ledger.has("one")) == ([], [], False)


async def test_what_comes_while_a_group_is_written_is_the_next_group() -> None:
    """Under load many entries share one commit."""
    shelf = RecordingShelf()
    ledger = Ledger(shelf, codec())
    waits = []
    for number in range(20):
        ledger.begin(f"space {number}").note(DISH, number)
        waits.append(asyncio.create_task(ledger.settle()))

    await asyncio.gather(*waits)

    assert sum(map(len, shelf.groups)) == 20
    assert len(shelf.groups) < 20


async def test_what_cannot_be_written_is_lost_and_told() -> None:
    """Nobody is told anything of it; its spaces are let go."""
    shelf, lost = RecordingShelf(), list[set[str]]()
    ledger = Ledger(shelf, codec())
    ledger.on_lost(lost.append)
    log = ledger.begin("one")
    log.note(DISH, 1)
    shelf.trouble = "disk full"

    with pytest.raises(StoreError, match="disk full"):
        await ledger.settle()

    assert (lost, log.is_over, str(ledger.trouble)) == ([{"one"}], True, "disk full")


async def test_trouble_is_over_once_something_can_be_written() -> None:
    """Then all goes on."""
    shelf = RecordingShelf()
    ledger = Ledger(shelf, codec())
    shelf.trouble = "disk full"
    tried = [await ledger.mend()]
    shelf.trouble = ""

    tried.append(await ledger.mend())

    assert (tried, ledger.trouble) == ([False, True], None)


async def test_nothing_of_a_space_that_is_anothers_is_written_later() -> None:
    """What was on its way would be taken for the new owner's."""
    fleet = Fleet()
    directory = fleet.directory("one")
    ledger = Ledger(fleet.shelf, codec(), directory)
    await directory.enter("pub")
    ledger.begin("pub").note(DISH, 1)
    first = asyncio.create_task(ledger.settle())
    await asyncio.sleep(0)
    ledger.begin("pub").note(DISH, 2)
    second = asyncio.create_task(ledger.settle())
    await asyncio.sleep(0)

    ledger.lose({"pub"})
    await asyncio.gather(first, second)

    assert [entry.changes for group in fleet.shelf.groups for entry in group] == [
        [(b"row\0acme\0dish\0soup", codec().encode(DISH, 1))]
    ]


async def test_a_space_that_is_anothers_is_lost_and_the_others_are_written() -> None:
    """Whoever waits finds that out from its log."""
    fleet, lost = Fleet(), list[set[str]]()
    directory = fleet.directory("one")
    ledger = Ledger(fleet.shelf, codec(), directory)
    ledger.on_lost(lost.append)
    await directory.enter("mine")
    mine, other = ledger.begin("mine"), ledger.begin("other")
    mine.note(DISH, 1)
    other.note(DISH, 1)

    await ledger.settle()

    assert (lost, ledger.trouble) == ([{"other"}], None)
    assert (mine.is_lost, other.is_lost) == (False, True)
    with pytest.raises(StoreError, match="space other was put away meanwhile"):
        await other.settle()
    assert fleet.shelf.spaces() == ["mine"]


async def test_of_local_spaces_nothing_is_kept() -> None:
    """Each worker has its own."""
    fleet = Fleet()
    ledger = Ledger(fleet.shelf, codec(), fleet.directory("one"), local=["own"])
    log = ledger.begin("own")
    log.watch(dict, {("a",): 1})
    log.note(DISH, 1)
    log.touch()
    ledger.renew("own")

    await ledger.settle()

    assert (fleet.shelf.spaces(), ledger.is_here("own")) == ([], True)
    assert (ledger.is_here("other"), ledger.has("own")) == (False, False)


async def test_who_waits_for_a_space_waits_for_no_other_one() -> None:
    """What is noted while a group is written comes later, and nobody else's with it."""
    fleet = Fleet()
    directory = SlowDirectory(fleet, "one")
    directory.gate.clear()
    ledger = Ledger(fleet.shelf, codec(), directory)
    for space in ("first", "second"):
        await directory.enter(space)
        ledger.begin(space)
    ledger.log("first").note(DISH, 1)
    first = asyncio.create_task(ledger.settle("first"))
    await asyncio.sleep(0)

    await asyncio.wait_for(ledger.settle("second"), 10)

    assert [ledger.is_owed(name) for name in ("first", "second")] == [True, False]
    ledger.log("second").note(DISH, 2)
    second = asyncio.create_task(ledger.settle("second"))
    await asyncio.sleep(0)
    assert ledger.is_owed("second")
    assert not first.done()
    directory.gate.set()
    await asyncio.gather(first, second)
    assert not ledger.is_owed("first", "second")
    assert [len(group) for group in fleet.shelf.groups] == [1, 1]
