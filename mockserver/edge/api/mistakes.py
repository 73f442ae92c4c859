"""Mistakes: what is wrong with a scenario, each with where it stands."""

import re
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.asked import ASKED, OPTIONAL, asked
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints

__all__ = ["mistake", "table"]

table: Final = Endpoints()
_TOLD: Final = re.compile(
    r"(?::(?P<line>\d+))?: (?:(?P<path>[^\s:]+): )?"
    r"found (?P<found>.*?)(?:, expected (?P<expected>.*))?",
    re.DOTALL,
)


@table.post(
    "/scenarios/mistakes",
    "list-mistakes",
    about="List what is wrong with a scenario, for editors; nothing is changed.",
    body=shapes.record(ASKED, optional=OPTIONAL),
    answer=shapes.record(
        {
            "mistakes": shapes.array(
                shapes.record(
                    {
                        "message": shapes.text("All of it, as `validate` tells it."),
                        "line": shapes.maybe(shapes.integer("Of the text, from 1.")),
                        "column": shapes.maybe(shapes.integer("In it, from 1.")),
                        "path": shapes.text("Names and indexes, such as rules/0/on."),
                        "found": shapes.text(),
                        "expected": shapes.text(),
                    }
                )
            )
        }
    ),
)
async def list_mistakes(ask: Ask) -> dict[str, Any]:
    """Return `{"mistakes": [...]}`; none for what can be used."""
    text, file = ask.body.get("yaml", ""), ask.body.get("file", "body/yaml")
    try:
        await asked(ask)
    except ApiError as error:
        told = [mistake(line, file, text) for line in str(error).split("\n") if line]
        return {"mistakes": told}
    return {"mistakes": []}


def mistake(message: str, file: str, text: str) -> dict[str, Any]:
    """Return what a message says, part by part.

    Args:
        message: Place, what was found, what would be right.
        file: What the text is called in it.
        text: What it is about; empty if it never was one.
    """
    said = _TOLD.fullmatch(message.removeprefix(file))
    parts = {} if said is None else said.groupdict()
    line = int(parts["line"]) if parts.get("line") and text else None
    path, found = parts.get("path") or "", parts.get("found") or ""
    return {
        "message": message,
        "line": line,
        "column": None if line is None else _column(text, line, path, found),
        "path": path,
        "found": found,
        "expected": parts.get("expected") or "",
    }


def _column(text: str, line: int, path: str, found: str) -> int:
    """Return where in a line something stands, or where the line begins."""
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    for said in (found.strip("\"'"), path.rpartition("/")[2]):
        at = written.find(said) if said else -1
        if at >= 0:
            return at + 1
    return len(written) - len(written.lstrip()) + 1
