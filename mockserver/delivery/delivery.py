"""Delivery: what is to be sent, what became of it, and each attempt at it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from mockserver.delivery.body import released
from mockserver.delivery.parcel import Parcel, pack_parcel, unpack_parcel
from mockserver.records import members

__all__ = [
    "ANY_STATUS",
    "DELIVERY",
    "SUCCESS",
    "Attempt",
    "Delivery",
    "DeliveryState",
    "Passage",
    "Policy",
    "Record",
]

DELIVERY = "delivery"  # the kind of due that an attempt is

SUCCESS: tuple[tuple[int, int], ...] = ((200, 299),)
ANY_STATUS: tuple[tuple[int, int], ...] = ((100, 999),)


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class Policy(StrEnum):
    """What becomes of a delivery that may not leave this machine.

    Providers have it as their setting `uploads`.
    """

    AUTO = "auto"  # it is recorded, and counts as done
    RECORD = "record"  # it is recorded even if it might leave
    SEND = "send"  # it is refused, and fails


class Passage(StrEnum):
    """How far out an attempt came."""

    SENT = "sent"
    RECORDED = "recorded"
    REFUSED = "refused"


class Delivery(Struct, frozen=True, kw_only=True):
    """Something to be sent to a customer, with its retries.

    Attributes:
        slug: The provider that sends it.
        label: What it tells, such as the event's name.
        message: What is sent: an HTTP request, a file for S3 or FTP, or what a closed
            platform is told.
        job_id: The job that it is about, if any.
        policy: What becomes of it when it may not leave this machine.
        ladder: Virtual seconds from each failed attempt to the next one; there are
            `len(ladder) + 1` attempts.
        connect_timeout_s: Real seconds until an attempt has a connection.
        timeout_s: Real seconds that an attempt may take.
        redirects: How many 307 and 308 answers an attempt follows.
        accepts: Which statuses are a success: pairs of first and last.
        refuses: Which statuses are a failure for good, whatever the ladder.
        order_key: Deliveries of one key never overtake each other: the next waits
            until the one before has succeeded or given up. Empty: no order.
        report: Kind of the event that tells the provider about the end, if it
            wants to know; its data are `{"delivery": id, "state": str,
            "status": int | None}`.
        dated_by: By whose clock its signature is dated, at each attempt anew: `wall`,
            or the `space`'s; empty: all attempts are signed as it was planned.
        data: What the provider wants to keep with it; JSON-able.
        id: Its name in its space; `Outbox.plan` gives it one.
    """

    slug: str
    label: str
    message: Parcel
    job_id: str = ""
    policy: Policy = Policy.SEND
    ladder: tuple[float, ...] = ()
    connect_timeout_s: float = 10.0
    timeout_s: float = 10.0
    redirects: int = 0
    accepts: tuple[tuple[int, int], ...] = SUCCESS
    refuses: tuple[tuple[int, int], ...] = ()
    order_key: str = ""
    report: str = ""
    dated_by: str = ""
    data: Mapping[str, Any] | None = None
    id: str = ""

    def is_done_by(self, attempt: "Attempt") -> bool:
        """Say whether an attempt is a success."""
        return attempt.is_recorded or _is_within(attempt.status, self.accepts)

    def is_over_by(self, attempt: "Attempt") -> bool:
        """Say whether after a failed attempt another one would fare no better."""
        is_ours = attempt.error in {"bug", "lost"}
        return is_ours or _is_within(attempt.status, self.refuses)

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
            "message": pack_parcel(self.message),
            "policy": self.policy.value,
            "ladder": list(self.ladder),
            "connect_timeout_s": self.connect_timeout_s,
            "timeout_s": self.timeout_s,
            "redirects": self.redirects,
            "accepts": [list(pair) for pair in self.accepts],
            "refuses": [list(pair) for pair in self.refuses],
            "order_key": self.order_key,
            "report": self.report,
            "dated_by": self.dated_by,
            "data": None if self.data is None else dict(self.data),
        }

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Delivery":
        """Return what `pack` has packed."""
        return Delivery(
            **{
                **data,
                "message": unpack_parcel(data["message"]),
                "policy": Policy(data["policy"]),
                "ladder": tuple(data["ladder"]),
                "accepts": tuple((low, high) for low, high in data["accepts"]),
                "refuses": tuple((low, high) for low, high in data.get("refuses", ())),
            }
        )


class Attempt(Struct, frozen=True, kw_only=True):
    """One try at a delivery.

    Attributes:
        number: From 1; a copy that a fault has added has its original's number.
        at: Virtual time in seconds since 1970.
        status: What the destination answered; None if it did not.
        error: Kind of the error (`refused`, `invalid`, `connect`, `timeout`,
            `redirects`; of ours: `lost` for a file that is gone, `bug`), or None.
        reason: The error in words, or why it was only recorded.
        elapsed_s: Real seconds that it took.
        answer: The beginning of the answer's body, as text.
        is_copy: A fault has added it.
        is_tampered: A fault has changed what was sent.
        is_recorded: It was not sent, and counts as done.
        size_bytes: Length of the body, if a fault has changed it.
        md5: MD5 of that body.
        is_missigned: A fault has made the signature wrong, or taken it away, and has
            left the body as it was.
        is_repeat: The process ended before it was known what became of this attempt:
            it is made again, and the destination may have had it before.
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
    is_recorded: bool = False
    size_bytes: int | None = None
    md5: str | None = None
    is_repeat: bool = False
    is_missigned: bool = False

    @property
    def passage(self) -> Passage:
        """How far out it came."""
        if self.is_recorded:
            return Passage.RECORDED
        return Passage.REFUSED if self.error == "refused" else Passage.SENT

    def pack(self) -> dict[str, Any]:
        """Return it as JSON-able data."""
        return {name: getattr(self, name) for name in members(Attempt)}

    @staticmethod
    def unpack(data: Mapping[str, Any]) -> "Attempt":
        """Return what `pack` has packed."""
        return Attempt(**data)


class Record(Struct, frozen=True):
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
    def passage(self) -> Passage | None:
        """How far out its last attempt came; None if there was none."""
        return self.attempts[-1].passage if self.attempts else None

    @property
    def number(self) -> int:
        """The number of the next attempt, from 1."""
        return 1 + sum(not attempt.is_copy for attempt in self.attempts)

    @property
    def status(self) -> int | None:
        """What its last attempt was answered; None if there was none, or no answer."""
        own = [attempt for attempt in self.attempts if not attempt.is_copy]
        return own[-1].status if own else None

    def after(self, attempt: Attempt, state: DeliveryState | None = None) -> "Record":
        """Return it with one more attempt, and perhaps in another state."""
        attempts = (*self.attempts, attempt)
        return Record(self.delivery, state or self.state, self.planned_at, attempts)

    def become(self, state: DeliveryState) -> "Record":
        """Return it in another state."""
        return replace(self, state=state)

    def released(self) -> "Record":
        """Return it without a hold on the file that was sent."""
        message = self.delivery.message
        body = released(message.body)
        if body is message.body:
            return self
        message = replace(message, body=body)
        return replace(self, delivery=replace(self.delivery, message=message))

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


def _is_within(status: int | None, ranges: tuple[tuple[int, int], ...]) -> bool:
    return status is not None and any(low <= status <= high for low, high in ranges)
