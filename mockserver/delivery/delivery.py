"""Delivery: what is to be sent, what became of it, and each attempt at it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from mockserver.delivery.message import Message

__all__ = ["ANY_STATUS", "SUCCESS", "Attempt", "Delivery", "DeliveryState", "Record"]

SUCCESS: tuple[tuple[int, int], ...] = ((200, 299),)
ANY_STATUS: tuple[tuple[int, int], ...] = ((100, 999),)


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something to be sent to a customer, with its retries.

    Attributes:
        slug: The provider that sends it.
        label: What it tells, such as the event's name.
        message: The request.
        job_id: The job that it is about, if any.
        ladder: Virtual seconds from each failed attempt to the next one; there are
            `len(ladder) + 1` attempts.
        timeout_s: Real seconds that an attempt may take.
        redirects: How many 307 and 308 answers an attempt follows.
        accepts: Which statuses are a success: pairs of first and last.
        order_key: Deliveries of one key never overtake each other: the next waits
            until the one before has succeeded or given up. Empty: no order.
        report: Kind of the event that tells the provider about the end, if it
            wants to know; its data are `{"delivery": id, "state": str,
            "status": int | None}`.
        data: What the provider wants to keep with it; JSON-able.
        id: Its name in its space; `Outbox.plan` gives it one.
    """

    slug: str
    label: str
    message: Message
    job_id: str = ""
    ladder: tuple[float, ...] = ()
    timeout_s: float = 10.0
    redirects: int = 0
    accepts: tuple[tuple[int, int], ...] = SUCCESS
    order_key: str = ""
    report: str = ""
    data: Mapping[str, Any] | None = None
    id: str = ""

    def is_accepted(self, status: int | None) -> bool:
        """Say whether an answer with this status is a success."""
        if status is None:
            return False
        return any(low <= status <= high for low, high in self.accepts)

    def delay_s(self, rung: int) -> float | None:
        """Return the seconds from the attempt on a rung, from 0, to the next one."""
        return self.ladder[rung] if rung < len(self.ladder) else None

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "id": self.id,
            "slug": self.slug,
            "label": self.label,
            "job_id": self.job_id,
            "message": self.message.pack(),
            "ladder": list(self.ladder),
            "timeout_s": self.timeout_s,
            "redirects": self.redirects,
            "accepts": [list(pair) for pair in self.accepts],
            "order_key": self.order_key,
            "report": self.report,
            "data": None if self.data is None else dict(self.data),
        }

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Delivery":
        """Return what `pack` has packed."""
        return Delivery(
            **{
                **data,
                "message": Message.unpack(data["message"]),
                "ladder": tuple(data["ladder"]),
                "accepts": tuple((low, high) for low, high in data["accepts"]),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try at a delivery.

    Attributes:
        number: From 1; a copy that a fault has added has its original's number.
        at: Virtual time in seconds since 1970.
        status: What the destination answered; None if it did not.
        error: Kind of the error (`refused`, `connect`, `timeout`, `redirects`, or
            `bug` for one of ours), or None.
        reason: The error in words.
        elapsed_s: Real seconds that it took.
        answer: The beginning of the answer's body, as text.
        is_copy: A fault has added it.
        is_tampered: A fault has changed what was sent.
    """

    number: int
    at: float
    status: int | None = None
    error: str | None = None
    reason: str = ""
    elapsed_s: float = 0.0
    answer: str = ""
    is_copy: bool = False
    is_tampered: bool = False

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Attempt":
        """Return what `pack` has packed."""
        return Attempt(**data)


@dataclass(frozen=True, slots=True)
class Record:
    """A delivery with what has become of it.

    Attributes:
        delivery: What is sent.
        state: How far it has come.
        planned_at: Virtual time at which its first attempt falls due.
        attempts: The tries so far, oldest first.
    """

    delivery: Delivery
    state: DeliveryState
    planned_at: float
    attempts: tuple[Attempt, ...] = ()

    @property
    def id(self) -> str:
        """The delivery's name in its space."""
        return self.delivery.id

    @property
    def is_pending(self) -> bool:
        """Whether more is to happen."""
        return self.state is DeliveryState.PENDING

    @property
    def number(self) -> int:
        """The number of the next attempt, from 1."""
        return 1 + sum(not attempt.is_copy for attempt in self.attempts)

    def after(self, attempt: Attempt, state: DeliveryState | None = None) -> "Record":
        """Return it with one more attempt, and perhaps in another state."""
        attempts = (*self.attempts, attempt)
        return Record(self.delivery, state or self.state, self.planned_at, attempts)

    def become(self, state: DeliveryState) -> "Record":
        """Return it in another state."""
        return replace(self, state=state)

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {
            "delivery": self.delivery.pack(),
            "state": self.state.value,
            "planned_at": self.planned_at,
            "attempts": [attempt.pack() for attempt in self.attempts],
        }

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Record":
        """Return what `pack` has packed."""
        return Record(
            Delivery.unpack(data["delivery"]),
            DeliveryState(data["state"]),
            data["planned_at"],
            tuple(map(Attempt.unpack, data["attempts"])),
        )
