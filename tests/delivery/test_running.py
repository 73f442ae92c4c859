"""The task in the background: it waits on every clock and sends what falls due."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from mockserver.engine.agenda import Due
from mockserver.engine.clock import Pace
from mockserver.engine.spaces import Space, Spaces, SpaceSettings
from mockserver.engine.store.memory import MemoryStore
from tests.delivery.invented import (
    CONDUCT,
    NoScript,
    Office,
    Pretender,
    Wall,
    parcel,
)
from tests.resting import rest

MakeSpaces = Callable[[str], Spaces]


class Happened:
    """Counts events and lets a test wait for the next one."""

    def __init__(self) -> None:
        self.dues: list[tuple[str, str]] = []
        self._news = asyncio.Event()

    async def __call__(self, space: Space, due: Due) -> None:
        self.dues.append((space.id, due.kind))
        self._news.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.dues) < count:
                await self._news.wait()
                self._news.clear()


@pytest.fixture
def happened() -> Happened:
    return Happened()


@pytest.fixture
async def running(
    spaces: Spaces, pretender: Pretender, happened: Happened
) -> AsyncIterator[Office]:
    """An outbox whose task runs over spaces that stand still."""
    outbox = Office(pretender, happened, spaces=spaces)
    task = asyncio.create_task(outbox.run())
    yield outbox
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_is_due_at_once_is_done_at_once(
    running: Office, spaces: Spaces, happened: Happened
) -> None:
    spaces.open("one").agenda.add(1000.0, "served", "acme", {})

    await happened.until(1)

    assert happened.dues == [("one", "served")]


async def test_a_jump_of_the_clock_lets_things_happen(
    running: Office, spaces: Spaces, happened: Happened
) -> None:
    space = spaces.open("one")
    space.agenda.add(4600.0, "late", "acme", {})
    space.agenda.add(1060.0, "early", "acme", {})

    space.clock.advance(7200)
    await happened.until(2)

    assert happened.dues == [("one", "early"), ("one", "late")]


async def test_a_running_clock_lets_things_happen(
    running: Office, spaces: Spaces, happened: Happened, wall: Wall
) -> None:
    space = spaces.open("one", pace=Pace.parse("x60"))
    space.agenda.add(1000.3, "served", "acme", {})

    wall.at += 0.005
    await happened.until(1)

    assert happened.dues == [("one", "served")]


async def test_time_that_stands_still_has_no_timer(
    running: Office, spaces: Spaces
) -> None:
    space = spaces.open("one")
    space.agenda.add(1060.0, "served", "acme", {})
    assert running.scheduler._alarms._alarms == {}

    space.clock.resume()

    assert list(running.scheduler._alarms._alarms) == ["one"]


async def test_freezing_takes_the_timer_away(running: Office, spaces: Spaces) -> None:
    space = spaces.open("one", pace=Pace.parse("real"))
    space.agenda.add(1060.0, "served", "acme", {})

    space.clock.freeze()

    assert running.scheduler._alarms._alarms == {}


async def test_the_earliest_of_several_sets_the_timer(
    running: Office, spaces: Spaces
) -> None:
    space = spaces.open("one", pace=Pace.parse("real"))
    space.agenda.add(1060.0, "b", "acme", {})
    space.agenda.add(1030.0, "a", "acme", {})
    space.agenda.add(1090.0, "c", "acme", {})

    assert running.scheduler._alarms._alarms["one"].at == 1030.0


async def test_a_space_that_was_open_before_is_followed(
    new_spaces: MakeSpaces, pretender: Pretender, happened: Happened
) -> None:
    spaces = new_spaces("manual")
    spaces.open("old").agenda.add(1000.0, "served", "acme", {})
    outbox = Office(pretender, happened, spaces=spaces)

    task = asyncio.create_task(outbox.run())
    await happened.until(1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert happened.dues == [("old", "served")]


async def test_a_space_that_begins_anew_is_followed_anew(
    running: Office, spaces: Spaces, happened: Happened
) -> None:
    old = spaces.open("one")
    old.agenda.add(1000.0, "of the old one", "acme", {})
    new = spaces.reset("one")
    new.agenda.add(1000.0, "of the new one", "acme", {})

    old.clock.advance(60)
    await happened.until(1)

    assert happened.dues == [("one", "of the new one")]


@pytest.mark.deep
async def test_closed_spaces_are_forgotten(
    running: Office, spaces: Spaces, happened: Happened
) -> None:
    """A session of tests opens and deletes thousands."""
    for index in range(1000):
        space = spaces.open(str(index), pace=Pace.parse("real"))
        running.plan(space, parcel("a"), 1_000_000.0)
        spaces.delete(space.id)

    gc.collect()
    assert sum(isinstance(thing, Space) for thing in gc.get_objects()) < 100


async def test_a_slow_delivery_of_one_space_holds_up_no_other(
    running: Office, spaces: Spaces, happened: Happened, pretender: Pretender
) -> None:
    gate = pretender.gates["slow"] = asyncio.Event()
    slow, quick = spaces.open("slow"), spaces.open("quick")
    running.plan(slow, parcel("slow"), 1000.0)
    slow.agenda.add(1000.0, "after it", "acme", {})

    quick.agenda.add(1000.0, "served", "acme", {})
    await happened.until(1)
    gate.set()
    await happened.until(2)

    assert happened.dues == [("quick", "served"), ("slow", "after it")]


async def test_advance_and_the_task_do_not_send_twice(
    running: Office, spaces: Spaces, pretender: Pretender
) -> None:
    space = spaces.open("one")
    running.plan(space, parcel("a"), 1060.0)

    space.clock.advance(60)
    await running.settle(space)

    assert pretender.sent == ["a"]
    assert len(running.deliveries(space, state="delivered")) == 1


async def test_a_bug_does_not_end_the_task(
    new_spaces: MakeSpaces, pretender: Pretender
) -> None:
    happened = Happened()

    async def handle(space: Space, due: Due) -> None:
        await happened(space, due)
        raise RuntimeError(due.kind)

    spaces = new_spaces("manual")
    outbox = Office(pretender, handle, spaces=spaces)
    task = asyncio.create_task(outbox.run())
    space = spaces.open("one")
    space.agenda.add(1000.0, "a", "acme", {})
    await happened.until(1)

    space.agenda.add(1000.0, "b", "acme", {})
    await happened.until(2)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert outbox.faults.count == 2


async def test_the_task_stops_in_the_middle_of_a_delivery(
    new_spaces: MakeSpaces, pretender: Pretender
) -> None:
    spaces = new_spaces("manual")
    outbox = Office(pretender, spaces=spaces)
    pretender.gates["a"] = asyncio.Event()
    space = spaces.open("one")
    outbox.plan(space, parcel("a"), 1000.0)
    task = asyncio.create_task(outbox.run())
    await rest()

    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5)

    assert task in done
    assert pretender.sent == ["a"]
    assert len(space.agenda) == 1


class CountingWall(Wall):
    """Counts how often anybody looks at it."""

    looks = 0

    def __call__(self) -> float:
        self.looks += 1
        return super().__call__()


async def test_a_wake_looks_at_one_space_of_thousands(
    pretender: Pretender, happened: Happened
) -> None:
    wall = CountingWall()
    spaces = Spaces(
        SpaceSettings(pace=Pace.parse("real"), epoch_s=1000.0, wall=wall),
        store=MemoryStore(),
        conduct=lambda space, slug: CONDUCT,
        make_script=NoScript,
        populate=lambda space, slug: None,
    )
    outbox = Office(pretender, happened, spaces=spaces)
    task = asyncio.create_task(outbox.run())
    for index in range(5000):
        spaces.open(str(index)).agenda.add(2e9, "never", "acme", {})
    await rest()
    wall.looks = 0

    for count in range(1, 101):
        spaces.open("0").agenda.add(1000.0, "now", "acme", {})
        await happened.until(count)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert len(happened.dues) == 100
    assert wall.looks < 100 * 20
