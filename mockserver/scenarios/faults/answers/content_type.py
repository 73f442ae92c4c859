"""Fault: a content type that is not the body's."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import TEXT

__all__ = ["ContentType"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentType:
    """Sends the right body, or the right file, under a wrong type."""

    kind: ClassVar[str] = "content-type"
    about: ClassVar[str] = "The answer or file is right, but its type is another one."
    is_of_files: ClassVar[bool] = False

    content_type: str = said("type", TEXT, "What it says.", default="text/plain")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Name the wrong type."""
        del occasion
        course.content_type = course.content_type or self.content_type
