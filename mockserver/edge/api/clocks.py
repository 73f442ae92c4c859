"""Endpoints about time: each verb for one space, and for all."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from mockserver.config import parse_duration
from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows, opened
from mockserver.edge.api.views import Views
from mockserver.engine.clock import END_S, Pace
from mockserver.engine.spaces import Space
from mockserver.errors import ClockError, ConfigError

__all__ = ["at_s", "seconds", "table"]

table: Final = Endpoints()
_CLOCK: Final = shapes.ref("clock")
_CLOCKS: Final = shapes.record({"clocks": shapes.array(_CLOCK)})
_EMPTY: Final = shapes.record({})

Body = Mapping[str, Any]
Verb = Callable[[Space], object]


@table.get(
    "/clock",
    "show-clocks",
    about="Show the time of each open space.",
    answer=_CLOCKS,
    reach=Reach.LATEST,
)
async def show_clocks(ask: Ask) -> Rows:
    """Return `{"clocks": [...]}`."""
    return _clocks(ask, ask.every())


@table.get(
    "/spaces/{space}/clock",
    "show-clock",
    about="Show the time of a space.",
    answer=_CLOCK,
    errors=(404,),
)
async def show_clock(ask: Ask) -> dict[str, Any]:
    """Return one clock."""
    return Views(ask.services).clock(ask.space)


def _freeze(body: Body) -> Verb:  # noqa: ARG001 - a verb
    return lambda space: space.clock.freeze()


def _resume(body: Body) -> Verb:  # noqa: ARG001 - a verb
    return lambda space: space.clock.resume()


def _next(body: Body) -> Verb:  # noqa: ARG001 - a verb
    return lambda space: space.next()


def _advance(body: Body) -> Verb:
    by_s = seconds(body["by"])
    return lambda space: space.clock.advance(by_s)


def _set(body: Body) -> Verb:
    to_s = at_s(body["to"])
    return lambda space: space.clock.set(to_s)


def _scale(body: Body) -> Verb:
    return lambda space: space.clock.scale(body["rate"])


def _change_pace(body: Body) -> Verb:
    try:
        pace = Pace.parse(body["pace"])
    except ConfigError as error:
        raise ApiError(400, f"body/{error}") from error
    return lambda space: space.clock.change_pace(pace)


def seconds(raw: str | float, place: str = "body/by") -> float:
    """Return a duration in seconds.

    Raises:
        ApiError: It is none.
    """
    if not isinstance(raw, str):
        return float(raw)
    try:
        return parse_duration(raw)
    except ValueError as error:
        raise ApiError(400, f"{place}: {error}") from error


def at_s(raw: str | float, place: str = "body/to") -> float:
    """Return a time in seconds since 1970.

    Raises:
        ApiError: It is none.
    """
    if not isinstance(raw, str):
        return float(raw)
    try:
        moment = datetime.fromisoformat(raw)
    except ValueError as error:
        expected = "a time such as 2030-01-01T00:00:00Z, or seconds since 1970"
        raise ApiError(400, f"{place}: found {raw!r}, expected {expected}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


async def _one(make: Callable[[Body], Verb], ask: Ask) -> dict[str, Any]:
    verb, space = make(ask.body), ask.space
    await _move(ask, verb, space)
    return Views(ask.services).clock(space)


async def _all(make: Callable[[Body], Verb], ask: Ask) -> Rows:
    verb, spaces = make(ask.body), ask.every()
    _check_all(make, ask, spaces)
    if ask.part is not None and ask.part.is_trial:
        return _clocks(ask, ())
    if make is _change_pace and not ask.is_begun:
        ask.services.spaces.settings.change_pace(Pace.parse(ask.body["pace"]))
    for space in spaces:
        await _move(ask, verb, space)
    return _clocks(ask, spaces)


def _clocks(ask: Ask, spaces: Iterable[Space]) -> Rows:
    views = Views(ask.services)
    rows = [Row(opened(space), space.id, views.clock(space)) for space in spaces]
    return Rows(name="clocks", rows=rows)


async def _move(ask: Ask, verb: Verb, space: Space) -> None:
    """Move a clock; what falls due has happened, in order, when this returns."""
    verb(space)
    await ask.services.scheduler.settle(space)


def _check_all(make: Callable[[Body], Verb], ask: Ask, spaces: Sequence[Space]) -> None:
    """Move all clocks or none."""
    if make is _advance:
        for space in spaces:
            space.clock.ahead(seconds(ask.body["by"]))
    if make is _next:
        for space in spaces:
            space.clock.check(space.next_event_at() or 0.0)
    to_s = at_s(ask.body["to"]) if make is _set else END_S
    for space in spaces:
        if to_s < space.clock.now():
            raise ClockError(
                f"set: found {to_s}, expected no earlier than {space.clock.now()},"
                f" the time of space {space.id}: clocks only move forward"
            )


_VERBS: Final = (
    ("freeze", "Stop the time", _freeze, _EMPTY),
    ("resume", "Let the time run again", _resume, _EMPTY),
    (
        "advance",
        "Jump forward",
        _advance,
        shapes.record({"by": shapes.duration("How far.")}),
    ),
    (
        "set",
        "Jump to a time",
        _set,
        shapes.record(
            {
                "to": {
                    "type": ["string", "number"],
                    "description": "ISO 8601, or seconds since 1970.",
                    "examples": ["2030-01-01T12:00:00Z"],
                }
            }
        ),
    ),
    (
        "scale",
        "Let the time run faster or slower than real time",
        _scale,
        shapes.record({"rate": shapes.number("Virtual seconds in a real one.")}),
    ),
    ("next", "Jump to the next event", _next, _EMPTY),
    (
        "pace",
        "Follow another pace",
        _change_pace,
        shapes.record({"pace": shapes.text("demo, real, x60, step or manual.")}),
    ),
)
for _name, _about, _make, _body in _VERBS:
    table.post(
        f"/spaces/{{space}}/clock/{_name}",
        f"clock-{_name}",
        about=f"{_about}, in one space.",
        body=_body,
        answer=_CLOCK,
        errors=(404, 409),
    )(partial(_one, _make))
    table.post(
        f"/clock/{_name}",
        f"clocks-{_name}",
        about=f"{_about}, in all spaces"
        + ("." if _name != "pace" else " and those to come."),
        body=_body,
        answer=_CLOCKS,
        errors=(409,),
        reach=Reach.ALL,
        has_trial=True,
    )(partial(_all, _make))
