"""Fault: a certificate that is for another host."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.handshake import Flaw, OfHandshakes

__all__ = ["TlsWrongName"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsWrongName(OfHandshakes):
    """Shows a certificate that is for another host."""

    kind: ClassVar[str] = "tls-wrong-name"
    about: ClassVar[str] = "The certificate is for another host."
    flaw: ClassVar[Flaw] = Flaw.WRONG_NAME
