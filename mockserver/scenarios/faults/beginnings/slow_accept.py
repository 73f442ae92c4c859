"""Fault: a connection is taken in late."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.checks.known import CONNECTION
from mockserver.scenarios.faults.early import OfBeginnings
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import DURATION

__all__ = ["SlowAccept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlowAccept(OfBeginnings):
    """Lets a connection wait before anything of it is looked at."""

    kind: ClassVar[str] = "slow-accept"
    about: ClassVar[str] = "A connection waits before anything of it is looked at."
    stage: ClassVar[str] = CONNECTION

    delay_s: float = said("delay", DURATION, "How long, in real time.")
