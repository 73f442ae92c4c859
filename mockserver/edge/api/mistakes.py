"""Mistakes: what is wrong with a scenario, each with where it stands."""

from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.asked import ASKED, OPTIONAL, wanted
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.errors import Mistake, ScenarioError

__all__ = ["mistake", "table"]

table: Final = Endpoints()


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
    told: tuple[Mistake | str, ...] = ()
    try:
        await wanted(ask)
    except ScenarioError as error:
        told = error.mistakes
    except ApiError as error:
        told = (str(error),)
    return {"mistakes": [mistake(one, file, text) for one in told]}


def mistake(told: Mistake | str, file: str, text: str) -> dict[str, Any]:
    """Return a mistake, part by part.

    Args:
        told: It, or all that there is to say.
        file: What the text is called.
        text: What it is about; empty if it never was one.
    """
    one = Mistake("", "") if isinstance(told, str) else told
    # What is included stands in another text.
    line = one.line if text and one.where == file else None
    return {
        "message": str(told),
        "line": line,
        "column": None if line is None else _column(text, line, one.path, one.found),
        "path": one.path,
        "found": one.found,
        "expected": one.expected,
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
