"""Spelling: reads letters that are escaped, packed, or wider than a byte."""

import re
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_plus

__all__ = ["last_name", "spelled", "unpacked", "wide_encoding"]

# As JSON escapes letters, also in a string within a string, and as XML does
_ESCAPED: Final = re.compile(
    r"(?<!\\)\\++(?:u(?P<json>[0-9A-Fa-f]{4})|(?P<slash>/))"
    r"|&#(?:(?P<decimal>[0-9]{1,6})|[xX](?P<hex>[0-9A-Fa-f]{1,5}));"
)
_MARKS: Final = frozenset("\"\\'<>&")  # they would mean something else
_NESTED_MAX: Final = 3  # a name that is quoted, and quoted again
_PARTS: Final = re.compile(r"[.\[\]]+")
_PACKED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_UNPACKED_MAX: Final = 1 << 20
_WIDE: Final = (
    (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_NARROW: Final = rb"[\t\n\r -~]"
_BARE: Final = (
    (re.compile(rb"%b\0\0\0" % _NARROW), "utf-32-le"),
    (re.compile(rb"\0\0\0%b" % _NARROW), "utf-32-be"),
    (re.compile(rb"%b\0" % _NARROW), "utf-16-le"),
    (re.compile(rb"\0%b" % _NARROW), "utf-16-be"),
)


def spelled(text: str) -> str:
    """Return a text in which letters that were escaped are as they are.

    JSON and XML mean the same afterwards: what has a meaning of its own stays escaped.
    """
    if "\\" not in text and "&#" not in text:
        return text
    return _ESCAPED.sub(_letter, text)


def last_name(name: str) -> str:
    """Return what a field is called: `user%5Bpassword%5D` ends in `password`."""
    for _ in range(_NESTED_MAX):
        if "%" not in name and "+" not in name:
            break
        name = unquote_plus(name)
    parts = [part for part in _PARTS.split(name) if part]
    return parts[-1] if parts else name


def unpacked(body: bytes) -> bytes | None:
    """Return the beginning of what was packed by gzip or zlib; None if it was not."""
    if not body.startswith(_PACKED):
        return None
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(body, _UNPACKED_MAX)
    except zlib.error:
        return None


def wide_encoding(body: bytes) -> str | None:
    """Return in which encoding each letter takes two or four bytes; None if in none."""
    return next(_encodings(body), None)


def _encodings(body: bytes) -> Iterator[str]:
    for mark, encoding in _WIDE:
        if body.startswith(mark):
            yield encoding
    for pattern, encoding in _BARE:
        if pattern.match(body):
            yield encoding


def _letter(found: re.Match[str]) -> str:
    if found["slash"]:
        return "/"
    if found["json"]:
        code = int(found["json"], 16)
    else:
        code = int(found["decimal"] or found["hex"], 10 if found["decimal"] else 16)
    is_letter = 0x20 <= code < 0x110000 and not 0xD800 <= code < 0xE000
    letter = chr(code) if is_letter else ""
    return found[0] if letter in _MARKS or not letter else letter
