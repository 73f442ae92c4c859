"""Literals: data as the source of a program, in one line or in several."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from mockserver.edge.replay.calls import Text

__all__ = ["WIDTH", "Style", "literal"]

WIDTH: Final = 88
_BEFORE: Final = 12  # what stands before it in its line


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes data.

    Attributes:
        indent: Blanks of a level.
        braces: What stands around the members of an object in one line.
        text: Returns a text as an expression.
        name: Returns the name of a member as it is written.
        plain: Returns a number, a truth or nothing as it is written.
    """

    indent: int
    braces: tuple[str, str]
    text: Callable[[Text], str]
    name: Callable[[str], str]
    plain: Callable[[Any], str]


def literal(
    style: Style, data: Any, spelled: Callable[[str], Text], pad: int = 0
) -> str:
    """Return data as an expression, over several lines if it is long.

    Args:
        style: The language.
        data: What JSON may hold.
        spelled: Returns what a text of it means.
        pad: How far it is indented.
    """
    inner = pad + style.indent
    if isinstance(data, str):
        return style.text(spelled(data))
    if isinstance(data, dict):
        parts = [
            f"{style.name(name)}: {literal(style, one, spelled, inner)}"
            for name, one in data.items()
        ]
        first, last = style.braces if parts else ("{", "}")
    elif isinstance(data, list):
        parts = [literal(style, one, spelled, inner) for one in data]
        first, last = "[]"
    else:
        return style.plain(data)
    flat = f"{first}{', '.join(parts)}{last}"
    if len(flat) + pad < WIDTH - _BEFORE and "\n" not in flat:
        return flat
    lines = "".join(f"{' ' * inner}{part},\n" for part in parts)
    return f"{first.strip()}\n{lines}{' ' * pad}{last.strip()}"
