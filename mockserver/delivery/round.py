"""Round: one go at everything that is due in a space, in order."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Protocol

from mockserver.delivery.delivery import Attempt, Delivery, DeliveryState, Record
from mockserver.delivery.desk import DELIVERY, Desk
from mockserver.delivery.message import Message
from mockserver.engine.agenda import Due
from mockserver.engine.spaces import Space

__all__ = ["Crew", "Round"]


class Crew(Protocol):
    """What a round has others do; none of it ever raises an `Exception`."""

    def is_current(self, desk: Desk) -> bool:
        """Say whether a desk's space is still there, and not begun anew."""
        ...

    async def attempt(
        self, space: Space, delivery: Delivery, attempt: Attempt
    ) -> Attempt:
        """Send, and return the attempt with its outcome."""
        ...

    async def happen(self, space: Space, due: Due) -> None:
        """Do something that is not a delivery."""
        ...

    def ask(self, space: Space, record: Record) -> Sequence[tuple[Delivery, float]]:
        """Ask the faults what becomes of the next attempt."""
        ...

    def tell(self, space: Space, record: Record) -> None:
        """Tell those who listen that a record has changed."""
        ...


@dataclass(frozen=True, slots=True)
class _Flight:
    """An attempt that is on its way.

    Attributes:
        record: The delivery, as it was when it started.
        due: What it came from.
        horizon: Until when nothing that comes of it can fall due.
        task: Makes the attempt.
    """

    record: Record
    due: Due
    horizon: float
    task: asyncio.Task[Attempt]


class Round:
    """Starts what is due in the order of its due times; several may be on their way.

    An attempt starts while others are on their way only if nothing that may come
    of these (a retry, a report, one that waits) would have to start before it.
    Outcomes are taken in the order of the starts. So everything is as if one were
    sent after the other, only faster.

    Args:
        desk: The space's desk.
        crew: Does the work.
        width: How many attempts may be on their way.
    """

    def __init__(self, desk: Desk, crew: Crew, *, width: int) -> None:
        self._desk = desk
        self._space = desk.space
        self._crew = crew
        self._width = width
        self._flights: deque[_Flight] = deque()

    async def run(self) -> None:
        """Go on until nothing more is due."""
        try:
            while not self._is_over and await self._step():
                pass
        finally:
            self._give_back()

    @property
    def _is_over(self) -> bool:
        """Whether the space is gone, with everything that was to happen in it."""
        return not self._crew.is_current(self._desk)

    async def _step(self) -> bool:
        """Start the next thing or take the oldest outcome; say if there was any."""
        now = self._space.clock.now()
        at = self._space.agenda.next_at()
        is_due = at is not None and at <= now
        if self._flights and not (is_due and self._may_start(at or 0)):
            await self._land()
            return True
        due = self._space.agenda.pop(now)
        if due is None:
            return False
        await (self._begin(due) if due.kind == DELIVERY else self._happen(due))
        return True

    def _may_start(self, at: float) -> bool:
        """Say whether what is due at `at` may start before the others have landed."""
        is_full = len(self._flights) >= self._width
        return not is_full and all(flight.horizon >= at for flight in self._flights)

    async def _happen(self, due: Due) -> None:
        while self._flights:
            await self._land()
        if not self._is_over:
            await self._crew.happen(self._space, due)

    async def _begin(self, due: Due) -> None:
        record = await self._fetch(due)
        if record is None:
            return
        planned_at = due.at
        if not due.data.get("is_asked"):
            asked = self._ask(record, due)
            if asked is None:
                self._settle(record.become(DeliveryState.DROPPED), due.at)
                return
            due = asked
        is_free = due.data.get("is_copy") or due.data.get("is_free")
        if not (is_free or self._desk.enter(record.delivery)):
            self._desk.wait(record.delivery, due.at, due.data)
        elif due.at > planned_at:
            self._plan(due.at, due, due.data)
        else:
            self._start(record, due)

    async def _fetch(self, due: Due) -> Record | None:
        """Return the record if there is still something to do for it."""
        record = self._desk.find(due.data["id"])
        while record is not None and self._has_kin(record.delivery):
            await self._land()
            record = self._desk.find(record.id)
        is_wanted = record is not None and (
            record.is_pending or due.data.get("is_copy", False)
        )
        return record if is_wanted and not self._is_over else None

    def _has_kin(self, delivery: Delivery) -> bool:
        """Say whether this delivery, or one of its lane, is on its way."""
        lane = (delivery.slug, delivery.order_key)
        for flight in self._flights:
            flown = flight.record.delivery
            if flown.id == delivery.id:
                return True
            if delivery.order_key and lane == (flown.slug, flown.order_key):
                return True
        return False

    def _ask(self, record: Record, due: Due) -> Due | None:
        """Let the faults decide; plan the copies and return the attempt itself."""
        sent = self._crew.ask(self._space, record)
        dues = [_tampered(record, due, *one) for one in sent]
        for copy in dues[1:]:
            marks = {"is_copy": True, "number": record.number}
            self._plan(copy.at, copy, {**copy.data, **marks})
        return dues[0] if dues else None

    def _start(self, record: Record, due: Due) -> None:
        delivery, packed = record.delivery, due.data.get("message")
        if packed is not None:
            delivery = replace(delivery, message=Message.unpack(packed))
        attempt = Attempt(
            number=due.data.get("number", record.number),
            at=due.at,
            is_copy=due.data.get("is_copy", False),
            is_tampered=packed is not None,
        )
        task = asyncio.create_task(self._crew.attempt(self._space, delivery, attempt))
        horizon = self._horizon(record.delivery, due)
        self._flights.append(_Flight(record, due, horizon, task))

    def _horizon(self, delivery: Delivery, due: Due) -> float:
        if due.data.get("is_copy"):
            return inf
        if delivery.report or self._desk.is_awaited(delivery):
            return due.at
        delay_s = delivery.delay_s(due.data["rung"])
        return inf if delay_s is None else due.at + delay_s

    async def _land(self) -> None:
        """Take the outcome of the oldest attempt."""
        flight = self._flights[0]
        attempt = await flight.task
        self._flights.popleft()
        if self._is_over:
            return
        record = self._desk.find(flight.record.id) or flight.record
        if attempt.is_copy or not record.is_pending:
            self._note(record.after(attempt))
        else:
            self._judge(record, attempt, flight.due)

    def _judge(self, record: Record, attempt: Attempt, due: Due) -> None:
        """Let an outcome decide what becomes of its delivery."""
        rung = due.data["rung"]
        delay_s = record.delivery.delay_s(rung)
        if record.delivery.is_accepted(attempt.status):
            self._settle(record.after(attempt, DeliveryState.DELIVERED), due.at)
        elif delay_s is None or attempt.error == "bug":
            self._settle(record.after(attempt, DeliveryState.FAILED), due.at)
        else:
            self._note(record.after(attempt))
            again = {"id": record.id, "rung": rung + 1}
            self._plan(due.at + delay_s, due, again)

    def _settle(self, record: Record, at: float) -> None:
        """Let a delivery come to its end."""
        delivery = record.delivery
        self._note(record)
        self._desk.release(delivery, at)
        if delivery.report:
            status = record.attempts[-1].status if record.attempts else None
            data = {
                "delivery": record.id,
                "status": status,
                "state": record.state.value,
            }
            self._space.agenda.add(at, delivery.report, delivery.slug, data)

    def _note(self, record: Record) -> None:
        self._desk.put(record)
        self._crew.tell(self._space, record)

    def _plan(self, at: float, due: Due, data: dict[str, Any]) -> None:
        self._space.agenda.add(at, due.kind, due.slug, data)

    def _give_back(self) -> None:
        """Plan anew what was on its way when the round was cancelled."""
        for flight in self._flights:
            flight.task.cancel()
            self._plan(flight.due.at, flight.due, flight.due.data)
        self._flights.clear()


def _tampered(record: Record, due: Due, sent: Delivery, delay_s: float) -> Due:
    data: dict[str, Any] = {**due.data, "is_asked": True}
    kept = record.delivery
    if sent is not kept and sent.message != kept.message:
        data["message"] = sent.message.pack()
    if not sent.order_key:
        data["is_free"] = True
    return Due(due.at + delay_s, due.number, due.kind, due.slug, data)
