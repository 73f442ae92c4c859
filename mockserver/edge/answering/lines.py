"""Lines: any text as one line that a header can hold."""

import re
from typing import Final

__all__ = ["line"]

LONGEST: Final = 400
_UNPRINTABLE: Final = re.compile(r"[^ -~]")


def line(text: object, longest: int = LONGEST) -> str:
    """Return a text as printable ASCII in one line, cut at `longest` characters.

    Nothing else may stand in a header; what a client has sent may be anything.
    """
    return _UNPRINTABLE.sub("?", " ".join(str(text).split()))[:longest]
