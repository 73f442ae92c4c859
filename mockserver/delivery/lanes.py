"""Lanes: which deliveries of a space wait for which."""

from collections import deque
from collections.abc import Mapping
from typing import Any

from mockserver.delivery.delivery import DELIVERY, Delivery
from mockserver.engine.agenda import Agenda

__all__ = ["Lanes", "lane_of"]

Lane = tuple[str, str]


class Lanes:
    """Lets deliveries go one after the other that must not overtake each other.

    A lane is the deliveries of one provider with one order key. The one that is being
    sent, or will be tried again, holds the lane; the others wait.

    Args:
        agenda: Where those fall due that have waited.
    """

    __slots__ = ("_agenda", "_holders", "_waiting")

    def __init__(self, agenda: Agenda) -> None:
        self._agenda = agenda
        self._holders: dict[Lane, str] = {}
        self._waiting: dict[Lane, deque[tuple[float, Mapping[str, Any]]]] = {}

    def enter(self, delivery: Delivery) -> bool:
        """Let a delivery hold its lane; say whether it may go."""
        lane = lane_of(delivery)
        if lane is None:
            return True
        return self._holders.setdefault(lane, delivery.id) == delivery.id

    def wait(self, delivery: Delivery, at: float, data: Mapping[str, Any]) -> None:
        """Let what is due wait until the lane is free."""
        lane = lane_of(delivery)
        if lane is not None:
            self._waiting.setdefault(lane, deque()).append((at, data))

    def leave(self, delivery: Delivery, at: float) -> None:
        """Let a delivery leave its lane to the one that has waited longest."""
        lane = lane_of(delivery)
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
            self._agenda.add(max(at, not_before), DELIVERY, lane[0], dict(data))
        if not waiting:
            self._waiting.pop(lane, None)

    def is_awaited(self, delivery: Delivery) -> bool:
        """Say whether another one waits for this one's end."""
        lane = lane_of(delivery)
        is_holder = lane is not None and self._holders.get(lane) == delivery.id
        return is_holder and bool(self._waiting.get(lane or ("", "")))

    def _withdraw(self, lane: Lane, delivery_id: str) -> None:
        waiting = self._waiting.get(lane)
        if waiting and self._holders.get(lane) != delivery_id:
            kept = [entry for entry in waiting if entry[1]["id"] != delivery_id]
            self._waiting[lane] = deque(kept)


def lane_of(delivery: Delivery) -> Lane | None:
    """Return the lane of a delivery that has one."""
    return (delivery.slug, delivery.order_key) if delivery.order_key else None
