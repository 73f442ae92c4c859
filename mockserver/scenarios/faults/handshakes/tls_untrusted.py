"""Fault: a certificate of an authority that nobody trusts."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes

__all__ = ["TlsUntrusted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsUntrusted(OfHandshakes):
    """Shows a certificate of an authority that nobody trusts."""

    kind: ClassVar[str] = "tls-untrusted"
    about: ClassVar[str] = (
        "The certificate is signed by an authority that nobody trusts."
    )
    flaw: ClassVar[Flaw] = Flaw.UNTRUSTED
