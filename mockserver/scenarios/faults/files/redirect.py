"""Fault: a file that has moved to another host."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.elsewhere import Elsewhere

__all__ = ["Redirect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect(Elsewhere):
    """Sends the client to another host for a file, and serves it there."""

    kind: ClassVar[str] = "redirect"
    about: ClassVar[str] = "The client is sent to another host for a file."
    is_of_files: ClassVar[bool] = True
