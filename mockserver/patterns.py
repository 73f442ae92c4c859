r"""Patterns that others write: searched for in linear time, or refused.

Python's `re` tries every way in which a pattern may fit: ten characters, such as
`(\w?){40}!`, hold it for ever, and the event loop with it. Rust's `regex` never goes
back, as RE2 does not, and jsonschema-rs, which we have anyway, carries it: one wheel
for every Python, musl too. google-re2 does the same for 0.6 MB more, 10 ms of import,
and has no wheel for musl (November 2026). Neither knows look-around or
back-references; `^`, `$`, classes, groups, repeats, `\b`, `(?i)` are as in Python, but
for `\d` and `\w`, which are ASCII, and `$`, which is the very end.
"""

import re
from functools import lru_cache
from typing import Final

import jsonschema_rs

__all__ = ["EXPECTED", "Pattern", "pattern"]

EXPECTED: Final = "a regular expression without look-around and back-references"
_BOUND_BYTES: Final = 1 << 20
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)


class Pattern:
    """A regular expression.

    Args:
        text: How it is written.

    Raises:
        ValueError: It is none, looks around or back, or is too large once its
            repeats are written out.
    """

    __slots__ = ("_found",)

    def __init__(self, text: str) -> None:
        # Python's word for the end of a text is `\Z`; the rest of the world's is `\z`.
        spelt = _ESCAPED.sub(lambda at: r"\z" if at[1] == "Z" else at[0], text)
        options = jsonschema_rs.RegexOptions(
            size_limit=_BOUND_BYTES, dfa_size_limit=_BOUND_BYTES
        )
        try:
            self._found = jsonschema_rs.Draft202012Validator(
                {"pattern": spelt}, pattern_options=options
            )
        except ValueError as error:
            raise ValueError(f"found {text[:80]!r}, expected {EXPECTED}") from error

    def occurs_in(self, text: str) -> bool:
        """Say whether some part of a text fits."""
        return self._found.is_valid(text.encode("utf-8", "replace").decode())


@lru_cache(maxsize=128)
def pattern(text: str) -> Pattern:
    """Return a pattern; the same one for the same text.

    Raises:
        ValueError: As for `Pattern`.
    """
    return Pattern(text)
