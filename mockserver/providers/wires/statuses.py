"""Statuses: what an HTTP status is called, whatever the version of Python."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

__all__ = ["phrase"]

# The standard library's words for these change between versions of Python.
_NAMES: Final[Mapping[int, str]] = {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    418: "I'm a Teapot",
    422: "Unprocessable Content",
}


def phrase(status: int) -> str:
    """Return a status's reason phrase; an unknown one is called like x00 of its class.

    Source: RFC 9110, section 15.
    """
    known = _NAMES.get(status)
    if known is not None:
        return known
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return HTTPStatus(status // 100 * 100).phrase
