"""Firings: when a rule has acted, and on what."""

from collections import deque
from typing import Final

from msgspec import Struct

__all__ = ["FIRINGS_MAX", "Firing", "Firings", "no_firings"]

FIRINGS_MAX: Final = 100
"""How many are kept of one rule, the latest; how often it has acted is counted."""


class Firing(Struct):
    """One time that a rule has acted.

    Attributes:
        rule: The rule's name.
        at: The space's time in seconds since 1970.
        slug: The provider.
        operation: The operation of the call, or of the one that made the job; empty
            for a delivery.
        job: Identifier of the job; empty if there is none, or until it is known.
        delivery: Name of the delivery; empty if it was none.
        exchange: Number of the call in the journal; 0 for a delivery, and until the
            call has been answered.
    """

    rule: str
    at: float
    slug: str
    operation: str = ""
    job: str = ""
    delivery: str = ""
    exchange: int = 0

    def told(self) -> tuple[str | float, ...]:
        """Return it without its exchange: the journal ends with the process."""
        return (self.rule, self.at, self.slug, self.operation, self.job, self.delivery)

    def complete(self, job: str, exchange: int = 0) -> None:
        """Say what was not known yet when the rule acted."""
        self.job = self.job or job
        self.exchange = self.exchange or exchange


Firings = deque[Firing]


def no_firings() -> Firings:
    """Return room for the firings of one rule."""
    return deque(maxlen=FIRINGS_MAX)
