"""Names: what people are told who have written one that is not known."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

__all__ = ["nearest"]

_ALIKE: Final = 0.5


def nearest(found: object, known: Iterable[str]) -> str:
    """Say which name would be right: the nearest known one, or all of them."""
    names = [*known]
    near = get_close_matches(str(found), names, 1, cutoff=_ALIKE)
    if near:
        return f"{near[0]!r}, the nearest known name"
    return "one of: " + (", ".join(names) or "nothing, there is none")
