"""Reading JSON bodies, however broken."""

import json
from typing import Any

import orjson

from mockserver.errors import UnreadableBodyError

__all__ = ["parse_json"]


def parse_json(body: bytes) -> Any:
    """Return the document of a body; None for an empty one.

    Raises:
        UnreadableBodyError: Code `encoding`, `syntax` (`detail` has `message`,
            `offset`, `line`, `column` and `document` in the terms of the standard
            library) or `depth`.
    """
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _parse_slowly(body)


def _parse_slowly(body: bytes) -> Any:
    """Let the standard library word the mistake, and accept what only it accepts."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableBodyError("encoding", message=str(error)) from error
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise UnreadableBodyError(
            "syntax",
            message=str(error),
            short=error.msg,
            offset=error.pos,
            line=error.lineno,
            column=error.colno,
            document=text,
        ) from error
    except (RecursionError, ValueError) as error:
        raise UnreadableBodyError("depth", message=str(error), offset=0) from error


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
