"""Elsewhere: what redirects have in common, of files and of calls."""

from dataclasses import dataclass
from typing import Any, Final

from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import WHOLE
from mockserver.scenarios.written.templates import TEMPLATE, Scene, Template

__all__ = ["Elsewhere", "status_of"]

_STATUSES: Final = (301, 302, 303, 307, 308)


def status_of(default: int) -> Any:
    """Declare the status that clients are sent elsewhere with."""
    return said("status", WHOLE, "301, 302, 303, 307 or 308.", default=default)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Sends the client to another host, and serves it there."""

    target: str | Template[Scene] = said(  # noqa: RUF009 - it makes a field
        "to",
        TEMPLATE,
        "Scheme, host and port, or a whole URL; may hold values. If missing, this"
        " server's other loopback name.",
        default="",
    )
    status: int = status_of(302)

    def __post_init__(self) -> None:
        """Check status and target.

        Raises:
            ValueError: The status is no redirect's, or the target no place.
        """
        target = self.target
        if self.status not in _STATUSES:
            raise ValueError("a status of 301, 302, 303, 307 or 308")
        scheme = target.head if isinstance(target, Template) else target
        if target and not scheme.startswith(("http://", "https://")):
            raise ValueError("an origin such as http://localhost:7357")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Send the client away, unless it comes from there."""
        where = occasion.elsewhere(self.target)
        if where:
            headers = {"Location": where}
            course.answer(Instead(status=self.status, body=b"", headers=headers))
