"""Fault: a body that is nearly JSON."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion

__all__ = ["MalformedJson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MalformedJson:
    """Puts a comma where JSON has none: all is there, but no parser takes it."""

    kind: ClassVar[str] = "malformed-json"
    about: ClassVar[str] = "The whole body comes, but is no JSON."
    is_of_files: ClassVar[bool] = False

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Spoil the body."""
        del occasion
        course.edits.append(_spoiled)


def _spoiled(body: bytes) -> bytes:
    return body[:-1] + b",," + body[-1:]
