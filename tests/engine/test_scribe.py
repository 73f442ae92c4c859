"""An entry is written in the loop as long as that is quick, else in a thread."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from threading import Event, get_ident

import pytest

from mockserver.edge.storing.stores import codec
from mockserver.engine.store.log import Ledger
from mockserver.engine.store.shelf import Entry
from mockserver.engine.store.sqlite import FOLDED, UNTIDY, SqliteShelf
from mockserver.errors import StoreError
from tests.engine.shelves import RecordingShelf

DISH = ("row", "acme", "dish", "soup")


class QuickShelf(RecordingShelf):
    """One that says of itself whether it is quick, and knows who has written."""

    def __init__(self) -> None:
        self.is_quick, self.is_untidy = True, False
        self.threads = list[bool]()
        self.tidied = 0
        self.may_tidy = Event()
        super().__init__()

    def append(self, entries: Sequence[Entry]) -> None:
        super().append(entries)
        self.threads.append(get_ident() == self.main)

    main = get_ident()

    def tidy(self) -> None:
        self.may_tidy.wait(10)
        self.tidied += 1
        self.is_untidy, self.is_quick = False, True


def ledger_of(shelf: QuickShelf) -> Ledger:
    return Ledger(shelf, codec(), quick=shelf)


async def test_an_entry_is_written_without_a_thread() -> None:
    """To wake one takes longer than to write."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    ledger.begin("one").note(DISH, 1)

    await ledger.settle("one")

    assert (shelf.threads, ledger.is_behind) == ([True], False)


async def test_what_one_turn_has_noted_is_one_group() -> None:
    """A commit costs more than what is in it."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    waits = []
    for number in range(20):
        ledger.begin(f"space {number}").note(DISH, number)
        waits.append(asyncio.create_task(ledger.settle(f"space {number}")))

    await asyncio.gather(*waits)

    assert [len(group) for group in shelf.groups] == [20]


async def test_what_is_slow_is_written_by_a_thread() -> None:
    """Others are served meanwhile."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    shelf.is_quick = False
    ledger.begin("one").note(DISH, 1)
    await ledger.settle()
    shelf.is_quick = True
    ledger.begin("one").note(DISH, 2)

    await ledger.settle()

    assert shelf.threads == [False, True]


async def test_who_waits_for_what_is_quick_does_not_give_way() -> None:
    """Nothing else happens before it is written."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    seen: list[str] = []
    asyncio.get_running_loop().call_soon(seen.append, "another turn")
    ledger.begin("one").note(DISH, 1)

    await ledger.settle("one")

    assert (seen, shelf.threads, ledger.rows("one")) == ([], [True], [(DISH, 1)])


async def test_nobody_waits_until_it_is_tidy() -> None:
    """What is noted meanwhile is written after it, and told then."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    shelf.is_untidy = True
    ledger.begin("one").note(DISH, 1)
    await ledger.settle()
    shelf.is_quick = False
    ledger.begin("one").note(DISH, 2)
    waiting = asyncio.ensure_future(ledger.settle())
    await asyncio.sleep(0)
    before = shelf.tidied

    shelf.may_tidy.set()
    await waiting

    assert (before, shelf.tidied, shelf.threads) == (0, 1, [True, False])


async def test_trouble_is_told_and_over_once_it_can_be_written() -> None:
    """As when a thread writes."""
    shelf = QuickShelf()
    ledger = ledger_of(shelf)
    ledger.begin("one").note(DISH, 1)
    shelf.trouble = "disk full"
    with pytest.raises(StoreError, match="disk full"):
        await ledger.settle("one")
    told = str(ledger.trouble)
    shelf.trouble = ""
    ledger.begin("one").note(DISH, 2)

    await ledger.settle("one")

    assert (told, ledger.trouble, ledger.rows("one")) == (
        "disk full",
        None,
        [(DISH, 2)],
    )


async def test_who_waits_no_more_takes_nothing_from_the_others() -> None:
    """A client that hangs up is one of many."""
    shelf = QuickShelf()
    shelf.is_quick = False
    ledger = ledger_of(shelf)
    ledger.begin("one").note(DISH, 1)
    gone = asyncio.ensure_future(ledger.settle())
    stays = asyncio.ensure_future(ledger.settle())
    await asyncio.sleep(0)
    gone.cancel()

    await stays

    assert (gone.cancelled(), len(shelf.groups)) == (True, 1)


def test_a_file_is_tidied_after_so_many_changes(tmp_path: Path) -> None:
    """They are folded; after many times, the file has them, and the notes go."""
    shelf = SqliteShelf(tmp_path / "mock.db")
    before, seen = shelf.size_bytes, list[bool]()
    for number in range(2):
        changes = [(b"%d/%d" % (number, one), b"soup") for one in range(FOLDED // 2)]
        shelf.append([Entry("one", wipes=False, changes=changes, links=[])])
        seen.append(shelf.is_untidy)

    shelf.tidy()
    after, notes = shelf.size_bytes, tmp_path / "mock.db.noted"
    noted = notes.stat().st_size
    shelf._untidy = UNTIDY
    shelf.tidy()

    assert (seen, shelf.is_untidy) == ([False, True], False)
    assert shelf.size_bytes > after == before
    assert notes.stat().st_size < 100 < noted
    shelf.close()


def test_a_file_that_was_slow_rests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is slow would keep everybody waiting; it is tried again later.

    While it rests, nothing makes it rest for longer.
    """
    now, ticks = 100.0, 0.0

    def ticking() -> float:
        nonlocal now
        now += ticks
        return now

    monkeypatch.setattr("mockserver.engine.store.sqlite.monotonic_s", ticking)
    shelf = SqliteShelf(tmp_path / "mock.db")
    seen = list[bool]()
    for takes_s, waits_s in ((0.01, 0.0), (0.03, 0.0), (0.03, 1.5), (0.0, 0.6)):
        now, ticks = now + waits_s, takes_s
        shelf.append([])
        seen.append(shelf.is_quick)

    shelf.close()
    assert seen == [True, False, False, True]
