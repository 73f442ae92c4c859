"""Elsewhere: what redirects have in common, of files and of calls."""

from typing import Final

from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.templates import Template

__all__ = ["check_target", "go_elsewhere"]

_STATUSES: Final = (301, 302, 303, 307, 308)


def check_target(target: str | Template, status: int) -> None:
    """Check that a client can be sent there so.

    Raises:
        ValueError: The status is no redirect's, or the target no place.
    """
    if status not in _STATUSES:
        raise ValueError("a status of 301, 302, 303, 307 or 308")
    scheme = target.head if isinstance(target, Template) else target
    if target and not scheme.startswith(("http://", "https://")):
        raise ValueError("an origin such as http://localhost:7357")


def go_elsewhere(
    course: Course, occasion: Occasion, target: str | Template, status: int
) -> None:
    """Send a client to a target with its path, unless it comes from there."""
    where = occasion.elsewhere(target)
    if where:
        headers = {"Location": where}
        course.answer(Instead(status=status, body=b"", headers=headers))
