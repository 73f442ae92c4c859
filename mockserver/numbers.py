"""Numbers as texts that others have written: plain digits, of which few are enough."""

from typing import Final

__all__ = ["PORT_MAX", "whole"]

PORT_MAX: Final = 65_535

_DIGITS_MAX: Final = 18


def whole(text: str | None, *, least: int = 0, most: int | None = None) -> int | None:
    """Return a whole number of plain digits, such as a limit; None for all else.

    One of more than 18 digits is none: nobody means it, and 4300 are too many to read.
    """
    if text is None or not (text.isascii() and text.isdigit()):
        return None
    digits = text.lstrip("0")
    if len(digits) > _DIGITS_MAX:
        return None
    number = int(digits or "0")
    return number if least <= number and (most is None or number <= most) else None
