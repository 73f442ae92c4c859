"""Fault: a proxy does not find the address of a host."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.checks.known import LOOKUP
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION, STATUS

__all__ = ["DnsFailure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsFailure(OfBeginnings):
    """Lets the proxy door answer that a provider's host has no address."""

    kind: ClassVar[str] = "dns-failure"
    about: ClassVar[str] = "The proxy door finds no address of a provider's host."
    stage: ClassVar[str] = LOOKUP

    status: int = said("status", STATUS, "What the proxy answers.", default=502)
    delay_s: float = said(
        "delay", DURATION, "How long it searches, in real time.", default=0.0
    )
