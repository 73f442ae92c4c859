"""Post: one space's deliveries: the log of them, and how each goes on."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from typing import Any, NamedTuple, cast

from msgspec import structs

from mockserver.delivery.body import Body, Padded, md5_of, pieces_of, size_of
from mockserver.delivery.delivery import (
    DELIVERY,
    Attempt,
    Delivery,
    DeliveryState,
    Record,
)
from mockserver.delivery.lanes import Holder, Lanes, Waiting
from mockserver.delivery.message import Message
from mockserver.delivery.parcel import Parcel, pack_parcel, unpack_parcel
from mockserver.delivery.seal import Seal
from mockserver.engine.agenda import Due
from mockserver.engine.spaces import Space
from mockserver.engine.store.protocol import Table

__all__ = ["Post", "Ready", "Sent"]

Sent = Sequence[tuple[Delivery, float]]
Planned = tuple[float, Mapping[str, Any]]


class Ready(NamedTuple):
    """What is to be sent now.

    Attributes:
        record: What it is of.
        delivery: The delivery, as a fault may have changed it.
        attempt: The attempt, without its outcome.
    """

    record: Record
    delivery: Delivery
    attempt: Attempt


class Post:
    """What one space has sent, sends and is going to send.

    Args:
        space: The space.
        log_max: How many deliveries are kept once their end is known.
        ask: Asks the delivery faults what becomes of a record's next attempt.
        seal: Dates and signs an attempt.
        tell: Tells those who listen that a record has changed.
    """

    __slots__ = ("_ask", "_log_max", "_records", "_seal", "_space", "_tell", "awaited",
                 "lanes")  # fmt: skip

    def __init__(
        self,
        space: Space,
        *,
        log_max: int,
        ask: Callable[[Space, Record], Sent],
        seal: Seal,
        tell: Callable[[Space, Record], None],
    ) -> None:
        self._space = space
        self._log_max = log_max
        self._ask, self._seal, self._tell = ask, seal, tell
        self._records = _table_of(space)
        self.lanes = Lanes(
            space.agenda,
            cast("Table[Holder]", space.store.table(space.id, "", "lane")),
            cast("Table[Waiting]", space.store.table(space.id, "", "waiting")),
        )
        self.awaited: set[str] = set()

    # The log

    def add(self, delivery: Delivery, at: float) -> Record:
        """Take a delivery that is to be sent; it gets an identifier."""
        if not delivery.id:
            chance = self._space.chance(delivery.slug)
            name = chance.fork(DELIVERY, self._records.number()).uuid()
            delivery = structs.replace(delivery, id=name)
        record = Record(delivery, DeliveryState.PENDING, at)
        self._put(record)
        return record

    def find(self, delivery_id: str) -> Record | None:
        """Return a record, or None."""
        return self._records.get(delivery_id)

    def records(self, *, newest_first: bool = False) -> Iterator[Record]:
        """Return all records, in the order in which they were planned."""
        return self._records.values(newest_first=newest_first)

    def clear(self) -> None:
        """Send nothing more, and forget what was sent."""
        for record in [*self.records()]:
            self.drop(record)
            self._records.delete(record.id)
        # Those that have waited for the dropped ones are due by now, too.
        self._space.agenda.drop(lambda due: due.kind == DELIVERY)

    # What is planned

    def plan(self, record: Record, at: float) -> None:
        """Let the first attempt of a ladder fall due."""
        self._plan(at, record.delivery.slug, {"id": record.id, "rung": 0})

    def due_at(self, record: Record) -> float | None:
        """Return when something of a delivery next falls due, or None."""
        return self.next_times().get(record.id)

    def next_times(self) -> dict[str, float]:
        """Return when something of each delivery next falls due, by identifier."""
        times: dict[str, float] = {}
        for due in self._space.agenda.list_dues():
            if due.kind == DELIVERY:
                times.setdefault(due.data["id"], due.at)
        return times

    def resend(self, record: Record) -> Record:
        """Let a record that has come to its end be sent again, now."""
        if not record.is_pending:
            record = record.become(DeliveryState.PENDING)
            self._put(record)
            self.plan(record, self._space.clock.now())
        return record

    def drop(self, record: Record) -> Record:
        """Let nothing more be sent of a record that has not come to its end."""
        if record.is_pending:
            record = record.become(DeliveryState.DROPPED).released()
            self._settle(record, self._space.clock.now())
        return record

    # What becomes of what is due

    def ready(self, due: Due) -> Ready | None:
        """Return what is to be sent now; None if that is nothing, or planned anew."""
        record = self.find(due.data["id"])
        is_copy = due.data.get("is_copy", False)
        if record is None or not (record.is_pending or is_copy):
            return None
        at: float = due.at
        data: Mapping[str, Any] = due.data
        if not data.get("is_asked"):
            record = self._sealed(record, due.at)
            asked = self._asked(record, due)
            if asked is None:
                self._settle(record.become(DeliveryState.DROPPED), due.at)
                return None
            at, data = asked
        is_free = is_copy or data.get("is_free")
        if not (is_free or self.lanes.enter(record.delivery)):
            self.lanes.wait(record.delivery, at, data)
            return None
        if at > due.at:
            self._plan(at, due.slug, data)
            return None
        # Found again after the end of the process, it is known to have been begun.
        begun = {**data, "is_begun": True}
        self._space.agenda.amend(replace(due, data=begun))
        return _attempt(record, at, data)

    def horizon(self, record: Record, due: Due) -> float:
        """Return until when nothing that comes of an attempt can fall due."""
        if due.data.get("is_copy"):
            return inf
        delivery = record.delivery
        if delivery.report or self.lanes.is_awaited(delivery):
            return due.at
        delay_s = delivery.delay_s(due.data["rung"])
        return inf if delay_s is None else due.at + delay_s

    def land(self, due: Due, attempt: Attempt) -> None:
        """Let an outcome decide what becomes of its delivery."""
        record = self.find(due.data["id"])
        if record is None:
            return
        delivery, rung = record.delivery, due.data["rung"]
        delay_s = delivery.delay_s(rung)
        if attempt.is_copy or not record.is_pending:
            self._note(record.after(attempt))
        elif delivery.is_done_by(attempt):
            self._settle(record.after(attempt, DeliveryState.DELIVERED), due.at)
        elif delay_s is None or delivery.is_over_by(attempt):
            self._settle(record.after(attempt, DeliveryState.FAILED), due.at)
        else:
            data = {"id": record.id, "rung": rung + 1}
            self._plan(due.at + delay_s, due.slug, data)
            self._note(record.after(attempt))

    def _sealed(self, record: Record, at: float) -> Record:
        """Return a record as its next attempt is dated and signed, and keep that."""
        delivery = self._seal(self._space, record.delivery, at)
        if delivery is record.delivery:
            return record
        record = structs.replace(record, delivery=delivery)
        self._put(record)
        return record

    def _asked(self, record: Record, due: Due) -> Planned | None:
        """Let the faults decide; plan the copies and return the attempt itself."""
        sent = [_tampered(record, due, *one) for one in self._ask(self._space, record)]
        for at, data in sent[1:]:
            marks = {"is_copy": True, "number": record.number}
            self._plan(at, due.slug, {**data, **marks})
        return sent[0] if sent else None

    def _settle(self, record: Record, at: float) -> None:
        """Let a delivery come to its end."""
        delivery = record.delivery
        self._note(record.released())
        self.lanes.leave(delivery, at)
        if delivery.report:
            status = record.attempts[-1].status if record.attempts else None
            data = {
                "delivery": record.id,
                "status": status,
                "state": record.state.value,
            }
            self._space.agenda.add(at, delivery.report, delivery.slug, data)

    def _note(self, record: Record) -> None:
        self._put(record)
        self._tell(self._space, record)
        if record.id in self.awaited:
            self._space.clock.nudge()

    def _put(self, record: Record) -> None:
        """Keep a record; the oldest that have come to their end go first."""
        self._records.put(record.id, record)
        if len(self._records) > self._log_max + self._log_max // 8 + 8:
            surplus = len(self._records) - self._log_max
            settled = [one.id for one in self.records() if not one.is_pending]
            for delivery_id in settled[:surplus]:
                self._records.delete(delivery_id)

    def _plan(self, at: float, slug: str, data: Mapping[str, Any]) -> None:
        self._space.agenda.add(at, DELIVERY, slug, dict(data))


def _table_of(space: Space) -> Table[Record]:
    return cast("Table[Record]", space.store.table(space.id, "", DELIVERY))


def _tampered(record: Record, due: Due, sent: Delivery, delay_s: float) -> Planned:
    data = {**due.data, "is_asked": True}
    kept = record.delivery
    if sent is not kept and sent.message != kept.message:
        data["message"] = pack_parcel(sent.message)
    if not sent.order_key:
        data["is_free"] = True
    return due.at + delay_s, data


def _held_again(body: Body, kept: Body) -> Body:
    """Return a body as it was before it was packed, and let go of its file."""
    if isinstance(body, Padded):
        return structs.replace(body, body=_held_again(body.body, kept))
    return kept if body == kept else body


def _signatures(parcel: Parcel) -> list[tuple[str, str]]:
    """Return the headers of a message that sign it."""
    if not isinstance(parcel, Message):
        return []
    return [one for one in parcel.header_pairs if "signature" in one[0].lower()]


def _attempt(record: Record, at: float, data: Mapping[str, Any]) -> Ready:
    """Return what is sent, as a fault may have changed it, and the attempt at it."""
    delivery, packed = record.delivery, data.get("message")
    attempt = Attempt(
        number=data.get("number", record.number),
        at=at,
        is_copy=data.get("is_copy", False),
        is_tampered=packed is not None,
        is_repeat=data.get("is_begun", False),
    )
    if packed is None:
        return Ready(record, delivery, attempt)
    message = unpack_parcel(packed)
    body = _held_again(message.body, record.delivery.message.body)
    message = structs.replace(message, body=body)
    size = size_of(pieces_of(body))
    kept = delivery.message
    is_missigned = body == kept.body and _signatures(message) != _signatures(kept)
    attempt = structs.replace(
        attempt, size_bytes=size, md5=md5_of(body), is_missigned=is_missigned
    )
    return Ready(record, structs.replace(delivery, message=message), attempt)
