"""Fault: a web page where a document should be."""

from dataclasses import dataclass
from typing import ClassVar

from mockserver.scenarios.faults.course import Course, Instead, Occasion
from mockserver.scenarios.faults.fault import said
from mockserver.scenarios.written.shapes import FLAG, STATUS, TEXT
from mockserver.scenarios.written.templates import TEMPLATE, Scene, Template

__all__ = ["Html"]

_PAGE = """<html>
<head><title>{title}</title></head>
<body>
<center><h1>{title}</h1></center>
<hr><center>nginx</center>
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Html:
    """Answers with the page of a gateway, often with status 200."""

    kind: ClassVar[str] = "html"
    about: ClassVar[str] = "A web page comes where the client expects a document."
    is_of_files: ClassVar[bool] = False

    status: int = said("status", STATUS, "HTTP status.", default=200)
    title: str = said(
        "title",
        TEXT,
        "Title of the page.",
        default="503 Service Temporarily Unavailable",
    )
    page: str | Template[Scene] | None = said(  # noqa: RUF009 - it makes a field
        "body", TEMPLATE, "The page itself; may hold values.", default=None
    )
    runs: bool = said(
        "after",
        FLAG,
        "The request is carried out all the same; only its answer is lost.",
        default=False,
    )

    def apply(self, course: Course, occasion: Occasion) -> None:
        """Answer the page."""
        page = occasion.fill(self.page) or _PAGE.replace("{title}", self.title)
        course.answer(
            Instead(
                status=self.status,
                body=str(page).encode(),
                content_type="text/html; charset=utf-8",
            ),
            runs=self.runs,
        )
