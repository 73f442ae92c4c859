"""Searching: picks exchanges out of very many, a filter at a time."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Final

from multidict import istr

from mockserver.verdict.exchange import Exchange

__all__ = ["FILTERS", "STATUS", "found"]

# A comprehension over many takes a fourth of what a call for each of them does.
Some = list[Exchange]
Sieve = Callable[[Some], Some]

STATUS: Final = "^[1-5]([0-9]{2}|xx)$"
"""What a status may be asked for as: 404, or 4xx."""

_AT_ONCE: Final = 4096
_FIRST: Final = 256  # what most ask for is among the first


def found(newest: Iterable[Exchange], wanted: Mapping[str, Any]) -> Iterator[Exchange]:
    """Yield what fits, in its order, looking no further than is asked for.

    Args:
        newest: The exchanges, not changed meanwhile.
        wanted: Values by the names of `FILTERS`; what else it has is not looked at.

    Raises:
        ValueError: A status is none.
    """
    sieves = [make(wanted[name]) for name, make in FILTERS.items() if name in wanted]
    left, count = iter(newest), _FIRST
    while some := [*islice(left, count)]:
        for sieve in sieves:
            some = sieve(some)
        yield from some
        count = _AT_ONCE


def _status(wanted: str | int) -> Sieve:
    said = str(wanted)
    if re.fullmatch(STATUS, said) is None:
        raise ValueError(f"found {wanted!r}, expected 404, 4xx or such")
    if said.endswith("xx"):
        low = int(said[0]) * 100
        return lambda some: [one for one in some if low <= one.status < low + 100]
    exact = int(said)
    return lambda some: [one for one in some if one.status == exact]


def _method(wanted: str) -> Sieve:
    name = wanted.upper()
    return lambda some: [one for one in some if one.method == name]


def _headers(wanted: Mapping[str, str]) -> Sieve:
    pairs = [(istr(name.lower()), value) for name, value in wanted.items()]

    def sieve(some: Some) -> Some:
        for name, value in pairs:
            some = [one for one in some if one.says(name, value)]
        return some

    return sieve


def _in_body(wanted: str) -> Sieve:
    part = wanted.encode()
    if not part:
        return lambda some: some
    return lambda some: [one for one in some if part in (one.request_body or b"")]


def _in_answer(wanted: str) -> Sieve:
    part = wanted.encode()
    if not part:
        return lambda some: some
    return lambda some: [one for one in some if part in (one.response_body or b"")]


class _Read(dict[Any, bool]):
    """Whether words stand in a text or a body; what many have is read once."""

    def __init__(self, part: Any) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, said: Any) -> bool:
        is_there = self[said] = self._part in said.lower()
        return is_there


def _text(wanted: str) -> Sieve:
    text = wanted.lower()
    words, bodies = _Read(text), _Read(text.encode())
    is_meant = words.__getitem__

    def is_beside(one: Exchange) -> bool:
        """Say whether it is in what few of them have."""
        return any(words[said] for said in (one.fault, one.hint, *one.notes))

    # No call for each of very many: a member is looked up in a tenth of the time.
    return lambda some: [
        one
        for one in some
        if text in one.target.lower()
        or words[one.operation]
        or bodies[one.response_body or b""]
        or bodies[one.request_body or b""]
        or ((one.fault or one.hint or one.notes) and is_beside(one))
        or one.is_called(is_meant)
    ]


def _errors(wanted: bool) -> Sieve:  # noqa: FBT001 - what is asked for
    return lambda some: [
        one
        for one in some
        if (bool(one.fault) or not 100 <= one.status < 400) == wanted
    ]


# The cheap ones first: what they leave is what the others look at.
FILTERS: Final[Mapping[str, Callable[[Any], Sieve]]] = {
    "after": lambda wanted: lambda some: [one for one in some if one.number > wanted],
    "before": lambda wanted: lambda some: [one for one in some if one.number < wanted],
    "provider": lambda wanted: lambda some: [one for one in some if one.slug == wanted],
    "operation": (
        lambda wanted: lambda some: [one for one in some if one.operation == wanted]
    ),
    "unmatched": (
        lambda wanted: (
            lambda some: [one for one in some if (not one.operation) == wanted]
        )
    ),
    "method": _method,
    "errors": _errors,
    "status": _status,
    "since": lambda wanted: lambda some: [one for one in some if one.at >= wanted],
    "until": lambda wanted: lambda some: [one for one in some if one.at <= wanted],
    "target_contains": (
        lambda wanted: lambda some: [one for one in some if wanted in one.target]
    ),
    "body_contains": _in_body,
    "answer_contains": _in_answer,
    "text": _text,
    "job": lambda wanted: lambda some: [one for one in some if one.is_about(wanted)],
    "headers": _headers,
    "state": lambda wanted: lambda some: [one for one in some if one.state == wanted],
}
"""What exchanges can be looked for by."""
