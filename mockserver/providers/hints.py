"""Hints: what people are told about a refusal of ours, beside the provider's wire."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, Self

from msgspec import Struct

__all__ = ["SHOWN_MAX", "Hint"]

_CUTOFF: Final = 0.6
_ID_CUTOFF: Final = 0.85
_ID: Final = re.compile(r"[0-9a-fA-F:-]{16,}")
_NEAR_MAX: Final = 3
_KNOWN_MAX: Final = 8
SHOWN_MAX: Final = 80
_BREAK: Final = re.compile(r"[\s/?,;]")
# Each comparison costs its lengths, and a refusal must not cost more than an answer.
_FOUND_MAX: Final = 200


class Hint(Struct, frozen=True):
    """Why something was refused, and what would allow it.

    Attributes:
        sought: What was looked for.
        near: The known names that are most like it.
        known: Some of what is known, if nothing is like it.
        allow: Which setting, command or change would let it pass.
    """

    sought: str
    near: tuple[str, ...]
    known: tuple[str, ...]
    allow: str

    @classmethod
    def of(cls, sought: str, found: str, known: Iterable[str], allow: str) -> Self:
        """Return a hint that names the nearest of what is known, or some of it."""
        names = [*dict.fromkeys(known)]
        asked = found[:_FOUND_MAX]
        # Long identifiers that were drawn are all somewhat alike.
        cutoff = _ID_CUTOFF if _ID.fullmatch(asked) else _CUTOFF
        near = tuple(get_close_matches(asked, names, _NEAR_MAX, cutoff=cutoff))
        return cls(_short(sought), near, () if near else tuple(names), allow)

    @classmethod
    def near_to(
        cls, sought: str, near: Iterable[str], known: Iterable[str], allow: str
    ) -> Self:
        """Return a hint whose nearest names somebody else has found."""
        return cls(_short(sought), tuple(near), tuple(known), allow)

    def __str__(self) -> str:
        said = [f"looked for {self.sought}"]
        if self.near:
            said.append("did you mean " + " or ".join(map(_short, self.near)) + "?")
        if self.known:
            more = len(self.known) - _KNOWN_MAX
            names = ", ".join(map(_short, self.known[:_KNOWN_MAX]))
            said.append(f"known: {names}" + (f" and {more} more" if more > 0 else ""))
        return "; ".join([*said, f"to allow it: {self.allow}"])


def _short(text: str) -> str:
    """Return a text that is cut between words: half a secret would not be hidden."""
    if len(text) <= SHOWN_MAX:
        return text
    ends = [found.end() for found in _BREAK.finditer(text, 0, SHOWN_MAX - 3)]
    return f"{text[: ends[-1] if ends else 0]}..."
