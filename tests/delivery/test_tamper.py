"""Delivery faults: lost, doubled, late, changed, out of order."""

from collections import deque
from collections.abc import Sequence

from msgspec.structs import replace

from mockserver.delivery.delivery import Delivery, Record
from mockserver.delivery.message import Message
from mockserver.engine.spaces import Space
from tests.delivery.invented import HERE, Office, Pretender, parcel


class Fault:
    """Does something to the deliveries with one body, and counts the questions."""

    def __init__(self, body: str, *sent: tuple[dict[str, object], float]) -> None:
        self.body, self.sent = body.encode(), sent
        self.asked: list[tuple[str, int]] = []

    def __call__(
        self, space: Space, record: Record, /
    ) -> Sequence[tuple[Delivery, float]]:
        delivery = record.delivery
        self.asked.append((str(delivery.message.body), record.number))
        if delivery.message.body != self.body:
            return ((delivery, 0.0),)
        return [(replace(delivery, **changes), late_s) for changes, late_s in self.sent]


def logged(
    outbox: Office, space: Space, delivery: Delivery
) -> list[tuple[object, ...]]:
    """Return what was tried: number, time, whether a copy, whether changed."""
    record = outbox.find(space, delivery.id)
    assert record is not None
    return [(a.number, a.at, a.is_copy, a.is_tampered) for a in record.attempts]


def state(outbox: Office, space: Space, delivery: Delivery) -> str:
    record = outbox.find(space, delivery.id)
    assert record is not None
    return record.state.value


async def test_a_lost_delivery_is_dropped_and_its_lane_goes_on(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, tamper=Fault("a"))
    lost = outbox.plan(space, parcel("a", order_key="k", ladder=(1.0,)), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["b"]
    assert (logged(outbox, space, lost), state(outbox, space, lost)) == ([], "dropped")


async def test_a_doubled_delivery_is_sent_twice_and_judged_by_the_first(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, tamper=Fault("a", ({}, 0.0), ({}, 0.0)))
    pretender.outcomes["a"] = deque([200, 500])
    doubled = outbox.plan(space, parcel("a", ladder=(1.0,)), 1000.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["a", "a"]
    assert logged(outbox, space, doubled) == [
        (1, 1000.0, False, False),
        (1, 1000.0, True, False),
    ]
    assert state(outbox, space, doubled) == "delivered"


async def test_a_copy_may_come_much_later(pretender: Pretender, space: Space) -> None:
    outbox = Office(pretender, tamper=Fault("a", ({}, 0.0), ({}, 600.0)))
    doubled = outbox.plan(space, parcel("a"), 1000.0)
    space.clock.advance(599)
    await outbox.settle(space)
    assert pretender.sent == ["a"]

    space.clock.advance(1)
    await outbox.settle(space)

    assert logged(outbox, space, doubled)[1] == (1, 1600.0, True, False)


async def test_a_late_delivery_keeps_its_lane_waiting(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, tamper=Fault("a", ({}, 30.0)))
    late = outbox.plan(space, parcel("a", order_key="k"), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["a", "b"]
    assert logged(outbox, space, late) == [(1, 1030.0, False, False)]


async def test_a_late_delivery_without_its_key_is_overtaken(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, tamper=Fault("a", ({"order_key": ""}, 30.0)))
    outbox.plan(space, parcel("a", order_key="k"), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    space.clock.advance(60)

    await outbox.settle(space)

    assert pretender.sent == ["b", "a"]


async def test_retries_count_from_the_late_attempt(
    pretender: Pretender, space: Space
) -> None:
    fault = Fault("a", ({}, 30.0))
    outbox = Office(pretender, tamper=fault)
    pretender.outcomes["a"] = deque([500])
    late = outbox.plan(space, parcel("a", ladder=(5.0,)), 1000.0)
    space.clock.advance(600)

    await outbox.settle(space)

    assert logged(outbox, space, late) == [
        (1, 1030.0, False, False),
        (2, 1065.0, False, False),
    ]
    assert fault.asked == [("b'a'", 1), ("b'a'", 2)]


async def test_a_changed_message_is_sent_and_the_original_kept(
    pretender: Pretender, space: Space
) -> None:
    forged = Message("POST", HERE, {"X-Signature": "wrong"}, b"forged")
    outbox = Office(pretender, tamper=Fault("a", ({"message": forged}, 0.0)))
    changed = outbox.plan(space, parcel("a"), 1000.0)

    await outbox.settle(space)

    record = outbox.find(space, changed.id)
    assert pretender.sent == ["forged"]
    assert logged(outbox, space, changed) == [(1, 1000.0, False, True)]
    assert record is not None
    assert record.delivery.message.body == b"a"


async def test_who_waits_in_a_lane_is_asked_about_once(
    pretender: Pretender, space: Space
) -> None:
    """A fault with a bound, or a seeded one, would else be drawn twice."""
    fault = Fault("x")
    outbox = Office(pretender, tamper=fault)
    pretender.outcomes["a"] = deque([500])
    outbox.plan(space, parcel("a", order_key="k", ladder=(60.0,)), 1000.0)
    outbox.plan(space, parcel("b", order_key="k"), 1010.0)
    space.clock.advance(600)

    await outbox.settle(space)

    assert fault.asked == [("b'a'", 1), ("b'b'", 1), ("b'a'", 2)]


async def test_a_broken_fault_is_a_bug_and_changes_nothing(
    pretender: Pretender, space: Space
) -> None:
    def broken(space: Space, record: Record, /) -> Sequence[tuple[Delivery, float]]:
        raise RuntimeError(record.id)

    outbox = Office(pretender, tamper=broken)
    outbox.plan(space, parcel("a"), 1000.0)

    await outbox.settle(space)

    assert (pretender.sent, outbox.faults.count) == (["a"], 1)
