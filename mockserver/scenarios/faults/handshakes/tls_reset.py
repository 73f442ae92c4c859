"""Fault: the connection is reset in the middle of its handshake."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes

__all__ = ["TlsReset"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsReset(OfHandshakes):
    """Resets the connection in place of a certificate."""

    kind: ClassVar[str] = "tls-reset"
    about: ClassVar[str] = (
        "The connection is reset (TCP RST) in the middle of its handshake."
    )
    flaw: ClassVar[Flaw] = Flaw.RESET
