"""Lanes: which deliveries of a space wait for which."""

from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

from mockserver.delivery.delivery import DELIVERY, Delivery
from mockserver.engine.agenda import Agenda
from mockserver.engine.store.protocol import Table

__all__ = ["Holder", "Lanes", "Waiting", "lane_of"]

Lane = tuple[str, str]


class Holder(NamedTuple):
    """Which delivery holds a lane."""

    delivery: str


class Waiting(NamedTuple):
    """What is due and waits until its lane is free.

    Attributes:
        lane: The lane.
        name: Its name among all that wait in the space.
        at: When it was due.
        data: Its due's data.
    """

    lane: Lane
    name: str
    at: float
    data: Mapping[str, Any]


class Lanes:
    """Lets deliveries go one after the other that must not overtake each other.

    A lane is the deliveries of one provider with one order key. The one that is being
    sent, or will be tried again, holds the lane; the others wait.

    Args:
        agenda: Where those fall due that have waited.
        holders: Where it is kept which delivery holds which lane.
        waiting: Where those are kept that wait.
    """

    __slots__ = ("_agenda", "_holders", "_kept", "_waiting")

    def __init__(
        self, agenda: Agenda, holders: Table[Holder], waiting: Table[Waiting]
    ) -> None:
        self._agenda = agenda
        self._kept = waiting
        self._holders = holders
        self._waiting: dict[Lane, deque[Waiting]] = {}
        for one in waiting.values():
            self._waiting.setdefault(one.lane, deque()).append(one)

    def enter(self, delivery: Delivery) -> bool:
        """Let a delivery hold its lane; say whether it may go."""
        lane = lane_of(delivery)
        if lane is None:
            return True
        holder = self._holder(lane)
        if holder is None:
            self._hold(lane, delivery.id)
        return holder in {None, delivery.id}

    def wait(self, delivery: Delivery, at: float, data: Mapping[str, Any]) -> None:
        """Let what is due wait until the lane is free."""
        lane = lane_of(delivery)
        if lane is not None:
            one = Waiting(lane, f"{self._kept.number():012}", at, data)
            self._kept.put(one.name, one)
            self._waiting.setdefault(lane, deque()).append(one)

    def leave(self, delivery: Delivery, at: float) -> None:
        """Let a delivery leave its lane to the one that has waited longest."""
        lane = lane_of(delivery)
        if lane is None:
            return
        self._withdraw(lane, delivery.id)
        if self._holder(lane) != delivery.id:
            return
        waiting = self._waiting.get(lane)
        if waiting:
            first = waiting.popleft()
            self._kept.delete(first.name)
            self._hold(lane, first.data["id"])
            self._agenda.add(max(at, first.at), DELIVERY, lane[0], dict(first.data))
        else:
            self._holders.delete(_name(lane))
        if not waiting:
            self._waiting.pop(lane, None)

    def is_awaited(self, delivery: Delivery) -> bool:
        """Say whether another one waits for this one's end."""
        lane = lane_of(delivery)
        is_holder = lane is not None and self._holder(lane) == delivery.id
        return is_holder and bool(self._waiting.get(lane or ("", "")))

    def _withdraw(self, lane: Lane, delivery_id: str) -> None:
        waiting = self._waiting.get(lane)
        if waiting and self._holder(lane) != delivery_id:
            gone = [one for one in waiting if one.data["id"] == delivery_id]
            for one in gone:
                waiting.remove(one)
                self._kept.delete(one.name)

    def _holder(self, lane: Lane) -> str | None:
        known = self._holders.get(_name(lane))
        return None if known is None else known.delivery

    def _hold(self, lane: Lane, delivery: str) -> None:
        self._holders.put(_name(lane), Holder(delivery))


def _name(lane: Lane) -> str:
    return " ".join(lane)


def lane_of(delivery: Delivery) -> Lane | None:
    """Return the lane of a delivery that has one."""
    return (delivery.slug, delivery.order_key) if delivery.order_key else None
