"""Lines: texts of others on a terminal, and colours for our own."""

import os
import sys
from collections.abc import Mapping
from typing import Final

__all__ = [
    "is_coloured",
    "of_status",
    "painted",
    "printable",
    "printable_lines",
    "shown_status",
]

_OF_STATUS: Final[Mapping[str, str]] = {"2": "32", "3": "36", "4": "33", "5": "31"}


def printable(text: str, kept: str = "") -> str:
    """Return a text that neither moves a terminal's cursor nor forges a line."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in kept else c.encode("unicode_escape").decode()
        for c in text
    )


def printable_lines(text: str) -> str:
    """Return the same for a text of several lines."""
    return printable(text, kept="\n\t")


def is_coloured(environ: Mapping[str, str] = os.environ) -> bool:
    """Say whether stdout is a terminal, and nobody objects to colours."""
    return sys.stdout.isatty() and not environ.get("NO_COLOR")


def painted(text: str, colour: str) -> str:
    """Return a text in a colour of ANSI terminals."""
    return f"\x1b[{colour}m{text}\x1b[0m"


def of_status(status: object) -> str:
    """Return the colour of an HTTP status."""
    return _OF_STATUS.get(str(status)[:1], "31")


def shown_status(status: object) -> str:
    """Return a status in its colour, if stdout takes colours."""
    text = str(status)
    return painted(text, of_status(text)) if is_coloured() else text
