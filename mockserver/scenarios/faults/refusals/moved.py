"""Fault: a service that has moved to another host."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.elsewhere import Elsewhere, status_of

__all__ = ["Moved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Elsewhere):
    """Sends the client to another host with its call, and serves it there."""

    kind: ClassVar[str] = "moved"
    about: ClassVar[str] = "The client is sent to another host with its call."
    is_of_files: ClassVar[bool] = False

    status: int = status_of(308)
