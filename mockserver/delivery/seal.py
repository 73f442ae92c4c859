"""Seal: where each attempt at a delivery gets a date and a signature of its own."""

from typing import Protocol

from mockserver.delivery.delivery import Delivery
from mockserver.engine.spaces import Space

__all__ = ["Seal", "unsealed"]


class Seal(Protocol):
    """Dates and signs an attempt; asked once for each, before any fault."""

    def __call__(self, space: Space, delivery: Delivery, at: float, /) -> Delivery:
        """Return a delivery as it is to be sent now.

        Args:
            space: Where it happens.
            delivery: What is to be sent, as it was planned, or sent the last time.
            at: When the attempt is due, in virtual seconds since 1970.
        """
        ...


def unsealed(
    space: Space,  # noqa: ARG001  (a Seal)
    delivery: Delivery,
    at: float,  # noqa: ARG001  (a Seal)
    /,
) -> Delivery:
    """Send the delivery as it was planned."""
    return delivery
