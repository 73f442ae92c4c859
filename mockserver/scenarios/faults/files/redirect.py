"""Fault: a file that has moved to another host."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.elsewhere import check_target, go_elsewhere
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.shapes import WHOLE
from mockserver.scenarios.templates import TEMPLATE, Template

__all__ = ["Redirect"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Sends the client to another host for a file, and serves it there."""

    kind: ClassVar[str] = "redirect"
    about: ClassVar[str] = "The client is sent to another host for a file."
    is_of_files: ClassVar[bool] = True

    target: str | Template = said(  # noqa: RUF009 - it makes a field
        "to",
        TEMPLATE,
        "Scheme, host and port, or a whole URL; may hold values. If missing, this"
        " server's other loopback name.",
        default="",
    )
    status: int = said("status", WHOLE, "301, 302, 303, 307 or 308.", default=302)

    def __post_init__(self) -> None:
        """Check status and target.

        Raises:
            ValueError: One is none.
        """
        check_target(self.target, self.status)

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Send the client away, unless it comes from there."""
        go_elsewhere(course, occasion, self.target, self.status)
