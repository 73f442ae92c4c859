"""Fault: an error answer, in the provider's words or in one's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from mockserver.engine.packing import pack
from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.faults.retry import retry_after
from mockserver.scenarios.written.shapes import (
    DURATION,
    FLAG,
    STATUS,
    TEXT,
    choice,
    mapping_of,
)
from mockserver.scenarios.written.templates import FILLED, TEMPLATE, Scene, Template

__all__ = ["Error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """Answers with an error; the job, if there is one, is not touched."""

    kind: ClassVar[str] = "error"
    about: ClassVar[str] = "An error answer: a status, one of the provider's problems."
    is_of_files: ClassVar[bool] = False

    status: int | None = said("status", STATUS, "HTTP status.", default=None)
    problem: str | None = said(
        "problem",
        TEXT,
        "The provider's own error, such as rate-limited.",
        default=None,
    )
    body: Any = said(  # noqa: RUF009 - it makes a field
        "body",
        FILLED,
        "The body instead: a text, or JSON; may hold values.",
        default=None,
    )
    content_type: str | None = said(
        "content_type", TEXT, "The type of `body`.", default=None
    )
    headers: Mapping[str, str | Template[Scene]] | None = said(
        "headers",
        mapping_of(TEMPLATE),
        "Headers that are set; may hold values.",
        default=None,
    )
    retry_after_s: float | None = said(
        "retry_after", DURATION, "When the client may come back.", default=None
    )
    retry_after_as: str = said(
        "retry_after_as",
        choice("seconds", "date"),
        "How `Retry-After` says so.",
        default="seconds",
    )
    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def __post_init__(self) -> None:
        """Check that it says which error.

        Raises:
            ValueError: It does not.
        """
        if self.status is None and self.problem is None:
            raise ValueError("also 'status' or 'problem'")

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Answer it."""
        headers = occasion.fill_headers(self.headers or {})
        body = occasion.fill(self.body)
        if self.retry_after_s is not None:
            as_date = self.retry_after_as == "date"
            headers |= retry_after(
                self.retry_after_s, occasion.today if as_date else None
            )
        course.answer(
            Instead(
                status=self.status,
                problem=self.problem or "",
                body=_packed(body),
                content_type=self.content_type or _type(body),
                headers=headers,
                retry_after_s=self.retry_after_s,
            ),
            runs=self.runs,
        )


def _packed(body: Any) -> bytes | None:
    if isinstance(body, str):
        return body.encode()
    return None if body is None else pack(body)


def _type(body: Any) -> str:
    is_text = isinstance(body, str)
    return "text/plain; charset=utf-8" if is_text else "application/json"
