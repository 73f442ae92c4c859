"""Deliveries that somebody waits for: made now, on the same way as all others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

import pytest

from mockserver.delivery.delivery import Delivery, Record
from mockserver.engine.clock import Pace
from mockserver.engine.spaces import Space, Spaces
from tests.delivery.invented import Office, Pretender, parcel
from tests.resting import rest


@pytest.fixture
async def running(spaces: Spaces, pretender: Pretender) -> AsyncIterator[Office]:
    """An outbox whose scheduler runs over spaces that stand still."""
    office = Office(pretender, spaces=spaces)
    task = asyncio.create_task(office.run())
    yield office
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    await office.close()


async def test_the_record_says_what_has_become_of_it(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.outcomes["a"] = deque([403])

    record = await outbox.deliver(space, parcel("a"))

    assert (record.state, record.attempts[0].status) == ("failed", 403)
    assert record.attempts[0].at == 1000.0
    assert outbox.find(space, record.id) == record


async def test_it_waits_for_nothing_else_that_is_on_its_way(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    """The receiver of a webhook may ask for an upload before it answers."""
    gate = pretender.gates["webhook"] = asyncio.Event()
    outbox.plan(space, parcel("webhook"), 1000.0)
    settling = asyncio.create_task(outbox.settle(space))
    await rest()

    record = await asyncio.wait_for(outbox.deliver(space, parcel("upload")), 5)
    was_settling = not settling.done()
    gate.set()
    await settling

    assert (record.state, was_settling) == ("delivered", True)


async def test_it_may_be_asked_for_from_inside_an_event(
    pretender: Pretender, space: Space
) -> None:
    async def handle(where: Space, _: object) -> None:
        await outbox.deliver(where, parcel("a"))

    outbox = Office(pretender, handle)
    space.agenda.add(1000.0, "served", "acme", {})

    await asyncio.wait_for(outbox.settle(space), 5)

    assert pretender.sent == ["a"]


async def test_a_ladder_is_waited_for_on_the_clock(
    running: Office, pretender: Pretender, spaces: Spaces
) -> None:
    space = spaces.open("one")
    pretender.outcomes["a"] = deque([500, 500])
    waiting = asyncio.create_task(
        running.deliver(space, parcel("a", ladder=(60.0, 600.0)))
    )
    await rest()
    assert (pretender.sent, waiting.done()) == (["a"], False)

    space.clock.advance(3600)
    record = await asyncio.wait_for(waiting, 5)

    assert [attempt.at for attempt in record.attempts] == [1000.0, 1060.0, 1660.0]
    assert record.state == "delivered"


async def test_a_stepping_clock_is_moved_to_each_try(
    running: Office, pretender: Pretender, spaces: Spaces
) -> None:
    space = spaces.open("one", pace=Pace.parse("step"))
    pretender.outcomes["a"] = deque([500, 500])
    wanted = parcel("a", ladder=(60.0, 600.0))

    record = await asyncio.wait_for(running.deliver(space, wanted), 5)

    assert record.state == "delivered"
    assert space.clock.now() == 1660.0


async def test_a_running_clock_gets_there_by_itself(
    running: Office, pretender: Pretender, spaces: Spaces
) -> None:
    space = spaces.open("one", pace=Pace.parse("real"))
    pretender.outcomes["a"] = deque([500])

    record = await asyncio.wait_for(
        running.deliver(space, parcel("a", ladder=(0.0,))), 5
    )

    assert [attempt.status for attempt in record.attempts] == [500, 200]


async def test_one_of_a_lane_waits_for_its_turn(
    running: Office, pretender: Pretender, spaces: Spaces
) -> None:
    space = spaces.open("one")
    gate = pretender.gates["first"] = asyncio.Event()
    running.plan(space, parcel("first", order_key="k"), 1000.0)
    settling = asyncio.create_task(running.settle(space))
    await rest()
    waiting = asyncio.create_task(running.deliver(space, parcel("b", order_key="k")))
    await rest()
    assert (pretender.sent, waiting.done()) == (["first"], False)

    gate.set()
    record = await asyncio.wait_for(waiting, 5)
    await settling

    assert (pretender.sent, record.state) == (["first", "b"], "delivered")


async def test_a_dropped_one_is_told_at_once(
    pretender: Pretender, space: Space
) -> None:
    def drop(_: Space, __: Record, /) -> Sequence[tuple[Delivery, float]]:
        return ()

    outbox = Office(pretender, tamper=drop)

    record = await asyncio.wait_for(outbox.deliver(space, parcel("a")), 5)

    assert (record.state, record.attempts, pretender.sent) == ("dropped", (), [])


async def test_who_waits_in_a_space_that_ends_is_told(
    running: Office, pretender: Pretender, spaces: Spaces
) -> None:
    space = spaces.open("one")
    pretender.outcomes["a"] = deque([500])
    waiting = asyncio.create_task(running.deliver(space, parcel("a", ladder=(60.0,))))
    await rest()

    new = spaces.reset("one")
    record = await asyncio.wait_for(waiting, 5)

    assert (record.state, len(record.attempts)) == ("dropped", 1)
    assert running.deliveries(new) == []


async def test_it_goes_on_when_nobody_waits_any_more(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    gate = pretender.gates["a"] = asyncio.Event()
    ended = asyncio.Event()
    outbox.on_attempt(lambda *_: ended.set())
    waiting = asyncio.create_task(outbox.deliver(space, parcel("a")))
    await rest()

    waiting.cancel()
    await asyncio.wait([waiting])
    gate.set()
    await asyncio.wait_for(ended.wait(), 5)

    assert [record.state for record in outbox.deliveries(space)] == ["delivered"]


async def test_closing_breaks_it_off(
    outbox: Office, pretender: Pretender, space: Space
) -> None:
    pretender.gates["a"] = asyncio.Event()
    waiting = asyncio.create_task(outbox.deliver(space, parcel("a")))
    await rest()

    await asyncio.wait_for(outbox.close(), 5)
    await asyncio.wait([waiting])

    assert waiting.cancelled()


async def test_clearing_forgets_what_is_pending_and_what_was_sent(
    running: Office, spaces: Spaces
) -> None:
    space = spaces.open("one")
    for at in (2000.0, 2001.0):
        running.plan(space, parcel("later", order_key="k"), at)
    await running.deliver(space, parcel("now"))

    running.clear(space)

    assert (running.deliveries(space), len(space.agenda)) == ([], 0)
