"""What is dated is dated at each attempt, before any fault."""

from collections import deque
from collections.abc import Sequence

from msgspec import structs
from msgspec.structs import replace

from mockserver.delivery.delivery import Delivery, Record
from mockserver.delivery.message import Message
from mockserver.engine.spaces import Space
from tests.delivery.invented import HERE, Office, Pretender, parcel


def stamped(space: Space, delivery: Delivery, at: float, /) -> Delivery:
    """Write on a delivery when it is due."""
    message = Message("POST", HERE, (("Sent", f"{at:g}"),), delivery.message.body)
    return structs.replace(delivery, message=message)


def broken(space: Space, delivery: Delivery, at: float, /) -> Delivery:
    """Be unable to sign."""
    raise RuntimeError(delivery.id)


def twice(space: Space, record: Record, /) -> Sequence[tuple[Delivery, float]]:
    """Send another body, and the delivery itself once more."""
    message = replace(record.delivery.message, body=b"b")
    return (
        (structs.replace(record.delivery, message=message), 0.0),
        (record.delivery, 1.0),
    )


def stamp_of(record: Record | None) -> str | None:
    """Return when a record says that it was sent."""
    assert record is not None
    assert isinstance(record.delivery.message, Message)
    return record.delivery.message.header("Sent")


async def test_a_retry_is_sealed_anew(pretender: Pretender, space: Space) -> None:
    outbox = Office(pretender, seal=stamped)
    pretender.outcomes["a"] = deque([500, 200])
    sent = outbox.plan(space, parcel("a", ladder=(30.0,)), 1000.0)

    await outbox.settle(space)
    first = stamp_of(outbox.find(space, sent.id))
    space.clock.advance(30)
    await outbox.settle(space)

    assert first == "1000"
    assert stamp_of(outbox.find(space, sent.id)) == "1030"


async def test_what_is_sealed_has_not_been_tampered_with(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, seal=stamped)
    sent = outbox.plan(space, parcel("a"), 1000.0)

    await outbox.settle(space)

    record = outbox.find(space, sent.id)
    assert record is not None
    assert [one.is_tampered for one in record.attempts] == [False]


async def test_faults_see_what_is_sealed(pretender: Pretender, space: Space) -> None:
    seen: list[str | None] = []

    def look(space: Space, record: Record, /) -> Sequence[tuple[Delivery, float]]:
        seen.append(stamp_of(record))
        return twice(space, record)

    outbox = Office(pretender, seal=stamped, tamper=look)
    sent = outbox.plan(space, parcel("a"), 1000.0)
    space.clock.advance(1)
    await outbox.settle(space)

    record = outbox.find(space, sent.id)
    assert record is not None
    assert seen == ["1000"]
    assert pretender.sent == ["b", "a"]
    assert [one.is_tampered for one in record.attempts] == [True, False]


async def test_a_bug_in_a_seal_lets_the_delivery_go_out_as_it_was_planned(
    pretender: Pretender, space: Space
) -> None:
    outbox = Office(pretender, seal=broken)
    sent = outbox.plan(space, parcel("a"), 1000.0)

    await outbox.settle(space)

    record = outbox.find(space, sent.id)
    assert record is not None
    assert (record.state, pretender.sent, outbox.faults.count) == (
        "delivered",
        ["a"],
        1,
    )
