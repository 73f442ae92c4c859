"""Fault: a connection is not taken in."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.checks.known import CONNECTION
from mockserver.scenarios.faults.early import OfBeginnings

__all__ = ["ConnectionRefused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRefused(OfBeginnings):
    """Resets a connection once it is known whom it is for."""

    kind: ClassVar[str] = "connection-refused"
    about: ClassVar[str] = (
        "A connection is reset (TCP RST) before any answer; the proxy door answers 502."
    )
    stage: ClassVar[str] = CONNECTION
