"""Tamper: where a delivery fault takes hold of an attempt."""

from collections.abc import Sequence
from typing import Protocol

from mockserver.delivery.delivery import Delivery, Record
from mockserver.engine.spaces import Space

__all__ = ["Tamper", "untouched"]


class Tamper(Protocol):
    """Decides what becomes of an attempt; asked once for each, when it falls due."""

    def __call__(
        self, space: Space, record: Record, /
    ) -> Sequence[tuple[Delivery, float]]:
        """Return what is really sent, and how many virtual seconds late.

        The first takes the attempt's place: its outcome counts. The others are
        copies: they are sent and logged, and change nothing. An empty answer drops
        the delivery for good. Of a changed delivery its `message` counts, and an
        `order_key` that has been emptied lets it overtake and be overtaken.

        Args:
            space: Where it happens.
            record: What is to be sent, and what has become of it so far.
        """
        ...


def untouched(
    space: Space,  # noqa: ARG001  (a Tamper)
    record: Record,
    /,
) -> Sequence[tuple[Delivery, float]]:
    """Send the delivery as it is, now."""
    return ((record.delivery, 0.0),)
