"""Endpoints about exchanges: list, find, count, unmatched, show, clear, HAR."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate, islice
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.clocks import at_s
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.named import (
    check_operation,
    check_space,
    place_of,
    unknown_job,
    unknown_state,
)
from mockserver.edge.api.parts import Reach, Row, Rows, counted, summed
from mockserver.edge.api.views import Views
from mockserver.edge.redactors import Redactors
from mockserver.verdict.har import archive, entry
from mockserver.verdict.journal import Exchange
from mockserver.verdict.searching import STATUS, found
from mockserver.version import __version__

__all__ = ["table"]

table: Final = Endpoints()
_LIMIT: Final = 100
_LAST: Final = 10**16
_SPAN: Final = re.compile(r"([0-9]{1,16})(?:-([0-9]{1,16}))?")
_FILTERS: Final[Mapping[str, shapes.Schema]] = {
    "space": shapes.text(),
    "provider": shapes.text("Its slug."),
    "operation": shapes.text(),
    "method": shapes.text(),
    "job": shapes.text("Its identifier."),
    "state": shapes.text("The state that the job was in."),
}
_AFTER: Final = shapes.integer("Only those with a greater number.", maximum=2**53)
_BEFORE: Final = shapes.integer("Only those with a smaller number.", maximum=2**53)
_TEXT: Final = shapes.text(
    "Part of path and query, of a body or of what was noted, in any case."
)
_ERRORS: Final = shapes.flag("Only those that were refused, or met a fault.")
_STATUS: Final = shapes.text("Such as 404, or 4xx.", pattern=STATUS)
_TIMES: Final[Mapping[str, shapes.Schema]] = {
    "since": {
        "type": ["string", "number"],
        "description": "A time of the space's clock, such as 2030-01-01T00:00:00Z.",
    },
    "until": {
        "type": ["string", "number"],
        "description": "The same; this moment is in it.",
    },
}
_WANTED: Final[Mapping[str, shapes.Schema]] = {
    **_FILTERS,
    "status": {"type": ["string", "integer"], "description": _STATUS["description"]},
    "target_contains": shapes.text("Part of path and query, as received."),
    "body_contains": shapes.text("Part of the request's body."),
    "answer_contains": shapes.text("Part of the answer's body."),
    "headers": shapes.mapping(shapes.text(), "Headers of the request, exactly."),
    "unmatched": shapes.flag("Only those for no provider or no operation."),
    "after": _AFTER,
    "before": _BEFORE,
    "text": _TEXT,
    "errors": _ERRORS,
    **_TIMES,
}
_LISTED: Final = shapes.record(
    {"exchanges": shapes.array(shapes.ref("exchange-details"))}
)
_PAGE: Final = {
    "limit": shapes.integer(
        f"How many at most; {_LIMIT} if missing.", minimum=0, maximum=10_000
    ),
    "base64": shapes.flag("Show bodies that are no text, too."),
}


@table.get(
    "/exchanges",
    "list-exchanges",
    about="List what was asked and answered, the newest first.",
    query={
        **_FILTERS,
        "status": _STATUS,
        "after": _AFTER,
        **_TIMES,
        **_PAGE,
    },
    answer=_LISTED,
    errors=(404,),
    reach=Reach.LATEST,
)
async def list_exchanges(ask: Ask) -> Rows:
    """Return `{"exchanges": [...]}`."""
    await _bring(ask, ask.query)
    return _listed(ask, ask.query)


@table.get(
    "/exchanges/brief",
    "list-exchanges-in-brief",
    about="List what was asked and answered without headers and bodies, newest first.",
    query={
        **_FILTERS,
        "status": _STATUS,
        "text": _TEXT,
        "errors": _ERRORS,
        "after": _AFTER,
        "before": _BEFORE,
        **_TIMES,
        "limit": _PAGE["limit"],
    },
    answer=shapes.record({"exchanges": shapes.array(shapes.ref("exchange"))}),
    errors=(404,),
    reach=Reach.LATEST,
)
async def list_in_brief(ask: Ask) -> Rows:
    """Return `{"exchanges": [...]}`."""
    await _bring(ask, ask.query)
    views, limit = Views(ask.services), int(ask.query.get("limit", _LIMIT))
    rows = [
        Row([one.number], "", views.exchange(one))
        for one in islice(_found(ask, ask.query), limit)
    ]
    return _page(ask, ask.query, rows, limit)


@table.post(
    "/exchanges/find",
    "find-exchanges",
    about="List the exchanges that fit all of this, the newest first.",
    body=shapes.record({**_WANTED, **_PAGE}, optional=[*_WANTED, *_PAGE]),
    answer=_LISTED,
    errors=(404,),
    reach=Reach.LATEST,
)
async def find_exchanges(ask: Ask) -> Rows:
    """Return `{"exchanges": [...]}`."""
    await _bring(ask, ask.body)
    return _listed(ask, ask.body)


@table.post(
    "/exchanges/count",
    "count-exchanges",
    about="Count the exchanges that fit all of this.",
    body=shapes.record(_WANTED, optional=_WANTED),
    answer=shapes.record({"count": shapes.integer()}),
    errors=(404,),
    reach=Reach.LATEST,
)
async def count_exchanges(ask: Ask) -> Rows:
    """Return `{"count": int}`."""
    await _bring(ask, ask.body)
    count = sum(1 for _ in _found(ask, ask.body))
    return counted("count", count, _lacking(ask, ask.body))


@table.get(
    "/exchanges/unmatched",
    "list-unmatched",
    about="List the requests that no provider, or none of its operations, answered.",
    query={"space": _FILTERS["space"], **_PAGE},
    answer=_LISTED,
    reach=Reach.LATEST,
)
async def list_unmatched(ask: Ask) -> Rows:
    """Return `{"exchanges": [...]}`."""
    await _bring(ask, ask.query)
    return _listed(ask, {**ask.query, "unmatched": True})


_ARCHIVED: Final[Mapping[str, shapes.Schema]] = {
    **_FILTERS,
    "status": _STATUS,
    "text": _TEXT,
    "errors": _ERRORS,
    **_TIMES,
    "numbers": shapes.text("Only these, such as 1,5,9-12."),
}
_ARCHIVE: Final = {
    "type": "object",
    "required": ["log"],
    "properties": {
        "log": {"type": "object", "required": ["version", "creator", "entries"]}
    },
}


@table.get(
    "/exchanges/har",
    "export-har",
    about="Export exchanges as an HTTP archive (HAR 1.2), the oldest first.",
    query=_ARCHIVED,
    answer=_ARCHIVE,
    errors=(404,),
    reach=Reach.LATEST,
)
async def export_har(ask: Ask) -> Rows:
    """Return `{"log": {...}}`."""
    return await _exported(ask, ask.query, "query/numbers")


@table.post(
    "/exchanges/har",
    "export-har-of",
    about="Export the same of more numbers than an address can hold.",
    body=shapes.record(_ARCHIVED, optional=_ARCHIVED),
    answer=_ARCHIVE,
    errors=(404,),
    reach=Reach.LATEST,
)
async def export_har_of(ask: Ask) -> Rows:
    """Return `{"log": {...}}`."""
    return await _exported(ask, ask.body, "body/numbers")


async def _exported(ask: Ask, wanted: Mapping[str, Any], place: str) -> Rows:
    await _bring(ask, wanted)
    redactors, origin = Redactors(ask.services), ask.origin
    is_wanted = _among(wanted.get("numbers", ""), place)
    rows = [
        Row([one.number], "", entry(one, redactors.of(one), origin))
        for one in reversed([*_found(ask, wanted)])
        if is_wanted(one.number)
    ]
    lacking = None if rows else _lacking(ask, wanted)
    return Rows(name="entries", rows=rows, lacking=lacking, finish=_archive)


def _among(text: str, place: str) -> Callable[[int], bool]:
    """Return what says whether a number is of `1,5,9-12`; without a text, each is.

    Raises:
        ApiError: It is something else.
    """
    spans = (
        sorted(_span(one, place) for one in text.split(",")) if text else [(0, _LAST)]
    )
    firsts = [first for first, _ in spans]
    # A span within another one ends with it.
    lasts = [*accumulate((last for _, last in spans), max)]

    def is_among(number: int) -> bool:
        at = bisect_right(firsts, number)
        return at > 0 and number <= lasts[at - 1]

    return is_among


def _span(text: str, place: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is not None:
        first = int(found[1])
        last = int(found[2] or first)
        if first <= last:
            return first, last
    raise ApiError(400, f"{place}: found {text[:40]!r}, expected such as 1,5,9-12")


@table.get(
    "/exchanges/{number}",
    "show-exchange",
    about="Show one exchange with its whole bodies.",
    query={"base64": _PAGE["base64"]},
    answer=shapes.ref("exchange-details"),
    errors=(404,),
    reach=Reach.LATEST,
)
async def show_exchange(ask: Ask) -> Rows:
    """Return one exchange."""
    number, views = ask.path["number"], Views(ask.services)
    whole = ask.instance.config.body_max_bytes
    base64 = ask.query.get("base64", False)
    rows = [
        Row([one.number], "", views.exchange_details(one, base64=base64, bound=whole))
        for one in _of_number(ask, number)
    ]
    return Rows(name="exchange", rows=rows, finish=partial(_only, number))


def _of_number(ask: Ask, text: str) -> Iterator[Exchange]:
    """Yield the exchange of a number as people write it, if it is kept."""
    number = int(text) if _SPAN.fullmatch(text) and "-" not in text else 0
    newest = ask.services.journal.newest(before=number + 1)
    for one in islice(newest, 1):
        if str(one.number) == text:
            yield one


def _only(number: str, rows: Sequence[Row]) -> dict[str, Any]:
    if not rows:
        raise ApiError(
            404, f"number: found {number!r}, expected that of an exchange which is kept"
        )
    shown: dict[str, Any] = rows[0].document
    return shown


def _archive(rows: Sequence[Row]) -> dict[str, Any]:
    return archive([row.document for row in rows], version=__version__)


@table.post(
    "/exchanges/clear",
    "clear-exchanges",
    about="Forget the exchanges of a space, or all.",
    body=shapes.record({"space": _FILTERS["space"]}, optional=["space"]),
    answer=shapes.record({"cleared": shapes.integer("How many there were.")}),
    reach=Reach.ALL,
    merge=partial(summed, ("cleared",)),
)
async def clear_exchanges(ask: Ask) -> dict[str, Any]:
    """Return `{"cleared": int}`."""
    await _bring(ask, ask.body)
    journal = ask.services.journal
    if ask.part is not None and ask.part.only is not None:
        return {"cleared": sum(map(journal.clear, sorted(ask.part.only)))}
    return {"cleared": journal.clear(ask.body.get("space"))}


def _listed(ask: Ask, wanted: Mapping[str, Any]) -> Rows:
    views, limit = Views(ask.services), int(wanted.get("limit", _LIMIT))
    base64 = wanted.get("base64", False)
    rows = [
        Row([one.number], "", views.exchange_details(one, base64=base64))
        for one in islice(_found(ask, wanted), limit)
    ]
    return _page(ask, wanted, rows, limit)


def _page(ask: Ask, wanted: Mapping[str, Any], rows: Sequence[Row], limit: int) -> Rows:
    return Rows(
        name="exchanges",
        rows=rows,
        newest_first=True,
        limit=limit,
        lacking=None if rows else _lacking(ask, wanted),
    )


def _lacking(ask: Ask, wanted: Mapping[str, Any]) -> ApiError | None:
    return unknown_job(ask, wanted) or unknown_state(ask, wanted)


async def _bring(ask: Ask, wanted: Mapping[str, Any]) -> None:
    """Have a space in memory that is named, and what was kept of its exchanges.

    Raises:
        ApiError: There is no such space.
    """
    if wanted.get("space"):
        ask.services.spaces.find(wanted["space"])
        if ask.instance.archivist is not None:
            await ask.instance.archivist.loaded()
        check_space(ask, wanted)


def _found(ask: Ask, wanted: Mapping[str, Any]) -> Iterator[Exchange]:
    """Yield what fits, the newest first."""
    if "provider" in wanted:
        ask.provider(wanted["provider"], f"{place_of(ask, wanted)}/provider")
    check_operation(ask, wanted)
    times = {name: at_s(wanted[name], name) for name in _TIMES if name in wanted}
    newest = ask.services.journal.newest(
        wanted.get("space"), before=wanted.get("before")
    )
    try:
        yield from found(newest, {**wanted, **times})
    except ValueError as error:
        raise ApiError(400, f"status: {error}") from error
