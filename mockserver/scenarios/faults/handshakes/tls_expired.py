"""Fault: a certificate that is too old."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes

__all__ = ["TlsExpired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsExpired(OfHandshakes):
    """Shows a certificate that was valid until yesterday."""

    kind: ClassVar[str] = "tls-expired"
    about: ClassVar[str] = "The certificate has expired, yesterday."
    flaw: ClassVar[Flaw] = Flaw.EXPIRED
