"""Desk: one space's log of deliveries, and which of them wait for which."""

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from mockserver.delivery.delivery import Delivery, Record
from mockserver.engine.spaces import Space

if TYPE_CHECKING:
    from mockserver.engine.store.protocol import Table

__all__ = ["DELIVERY", "Desk"]

DELIVERY = "delivery"

Lane = tuple[str, str]


class Desk:
    """What the outbox keeps about one space.

    A lane is the deliveries of one provider with one order key. The one that is
    being sent, or will be tried again, holds the lane; the others wait.

    Args:
        space: The space.
        log_max: How many deliveries are kept once their end is known.
    """

    __slots__ = ("_holders", "_log_max", "_records", "_waiting", "is_ringing",
                 "lock", "space", "worker")  # fmt: skip

    def __init__(self, space: Space, *, log_max: int) -> None:
        self.space = space
        self.lock = asyncio.Lock()
        self.worker: asyncio.Task[Any] | None = None
        self.is_ringing = False
        self._log_max = log_max
        self._records = cast("Table[Record]", space.store.table(space.id, "", DELIVERY))
        self._holders: dict[Lane, str] = {}
        self._waiting: dict[Lane, deque[tuple[float, dict[str, Any]]]] = {}

    def number(self) -> int:
        """Return the next ordinal, from 0."""
        return self._records.number()

    def put(self, record: Record) -> None:
        """Keep a record; the oldest that have come to their end go first."""
        self._records.put(record.id, record)
        if len(self._records) > self._log_max + self._log_max // 8 + 8:
            self._trim()

    def find(self, delivery_id: str) -> Record | None:
        """Return a record, or None."""
        return self._records.get(delivery_id)

    def records(self) -> Iterator[Record]:
        """Return all records, in the order in which they were planned."""
        return self._records.values()

    def enter(self, delivery: Delivery) -> bool:
        """Let a delivery hold its lane; say whether it may go."""
        lane = _lane(delivery)
        if lane is None:
            return True
        return self._holders.setdefault(lane, delivery.id) == delivery.id

    def wait(self, delivery: Delivery, at: float, data: dict[str, Any]) -> None:
        """Let what is due wait until the lane is free."""
        lane = _lane(delivery)
        if lane is not None:
            self._waiting.setdefault(lane, deque()).append((at, data))

    def release(self, delivery: Delivery, at: float) -> None:
        """Let a delivery leave its lane to the one that has waited longest."""
        lane = _lane(delivery)
        if lane is None:
            return
        self._withdraw(lane, delivery.id)
        if self._holders.get(lane) != delivery.id:
            return
        del self._holders[lane]
        waiting = self._waiting.get(lane)
        if waiting:
            not_before, data = waiting.popleft()
            self._holders[lane] = data["id"]
            self.space.agenda.add(max(at, not_before), DELIVERY, lane[0], data)
        if not waiting:
            self._waiting.pop(lane, None)

    def is_awaited(self, delivery: Delivery) -> bool:
        """Say whether another one waits for this one's end."""
        lane = _lane(delivery)
        is_holder = lane is not None and self._holders.get(lane) == delivery.id
        return is_holder and bool(self._waiting.get(lane or ("", "")))

    def _withdraw(self, lane: Lane, delivery_id: str) -> None:
        waiting = self._waiting.get(lane)
        if waiting and self._holders.get(lane) != delivery_id:
            kept = [entry for entry in waiting if entry[1]["id"] != delivery_id]
            self._waiting[lane] = deque(kept)

    def _trim(self) -> None:
        surplus = len(self._records) - self._log_max
        settled = [record.id for record in self._records.values()
                   if not record.is_pending]  # fmt: skip
        for delivery_id in settled[:surplus]:
            self._records.delete(delivery_id)


def _lane(delivery: Delivery) -> Lane | None:
    return (delivery.slug, delivery.order_key) if delivery.order_key else None
