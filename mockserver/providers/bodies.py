"""Reading JSON bodies, however broken."""

import json
from asyncio import to_thread
from collections.abc import Callable
from typing import Any, Final, ParamSpec, TypeVar

import orjson

from mockserver.errors import PayloadTooLargeError, UnreadableBodyError

__all__ = ["ROOM_BYTES", "VALUES_MAX", "ValidBodies", "off_loop", "parse_json"]

P = ParamSpec("P")
T = TypeVar("T")

VALUES_MAX: Final = 200_000
"""Of how many values one JSON body may be made, unless a setting says otherwise."""

ROOM_BYTES: Final = 64 * 1024
"""As long as a body may be that is read and judged while others wait."""

_VALID_MAX: Final = 64
_VALID_BYTES: Final = 4096

# Answers wrap what was sent, and orjson writes 254 levels at most.
_DEPTH_MAX: Final = 200


class ValidBodies:
    """Bodies that were read and fit their schemas; to find that again costs the most.

    Who makes many jobs often sends the same body each time.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: set[tuple[str, str, bytes]] = set()

    def has(self, slug: str, schema: str, body: bytes) -> bool:
        """Say whether a body is JSON, within all bounds, and fits a schema."""
        return (slug, schema, body) in self._known

    def add(self, slug: str, schema: str, body: bytes) -> None:
        """Remember a body of which that is so."""
        if 0 < len(body) <= _VALID_BYTES:
            if len(self._known) >= _VALID_MAX:
                self._known.clear()
            self._known.add((slug, schema, body))

    def forget(self) -> None:
        """Remember nothing: schemas are others now."""
        self._known.clear()


async def off_loop(
    size_bytes: int, work: Callable[P, T], *args: P.args, **named: P.kwargs
) -> T:
    """Return what some work on a body returns; on a large one it is done in a thread.

    A megabyte is read and judged in a second or more, and nobody else would be
    answered meanwhile.
    """
    if size_bytes <= ROOM_BYTES:
        return work(*args, **named)
    return await to_thread(work, *args, **named)


def parse_json(body: bytes, values_max: int = VALUES_MAX) -> Any:
    """Return the document of a body; None for an empty one.

    What is read can be written: no halves of surrogate pairs, no infinite numbers;
    whole numbers of more than 64 bits are floats.

    Args:
        body: What was sent.
        values_max: How many members, items, arrays and objects it may have; a comma or
            an opening bracket in a text counts as well.

    Raises:
        PayloadTooLargeError: It has more.
        UnreadableBodyError: Code `encoding`, `number`, `depth` or `syntax`; `detail`
            has `message` and `offset`, and of wrong syntax `line`, `column`, `short`
            and `document`, too, in the terms of the standard library.
    """
    if not body:
        return None
    size = len(body)
    # What is shorter is not looked through: each value and level needs some of it.
    opened = body.count(b"[") + body.count(b"{") if size > 2 * _DEPTH_MAX else 0
    # Nobody else gets a turn while orjson reads, and each value costs it as much as
    # a hundred bytes of text.
    if size > values_max:
        values = body.count(b"[") + body.count(b"{") + body.count(b",")
        if values > values_max:
            raise PayloadTooLargeError("values", limit=values_max, found=values)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _explained(body, error) from error
    if opened > _DEPTH_MAX:
        _check_depth(document)
    return document


def _check_depth(document: Any) -> None:
    level, depth = [document], 0
    while level:
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [x for one in inner for x in one if isinstance(x, (dict, list))]
        depth += 1
        if depth > _DEPTH_MAX:
            raise _refused("depth", f"more than {_DEPTH_MAX} levels")


def _explained(body: bytes, refusal: orjson.JSONDecodeError) -> UnreadableBodyError:
    """Let the standard library, which real providers use, word the mistake."""
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse)
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeError as error:
        return _refused("encoding", str(error))
    except json.JSONDecodeError as error:
        return UnreadableBodyError(
            "syntax",
            message=str(error),
            short=error.msg,
            offset=error.pos,
            line=error.lineno,
            column=error.colno,
            document=error.doc,
        )
    except RecursionError as error:
        return _refused("depth", str(error))
    except ValueError as error:
        return _refused("number", str(error))
    is_deep = "depth" in str(refusal)
    return _refused("depth" if is_deep else "number", str(refusal))


def _refused(code: str, message: str) -> UnreadableBodyError:
    return UnreadableBodyError(code, message=message, offset=0)


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
