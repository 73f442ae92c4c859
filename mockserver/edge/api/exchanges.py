"""Endpoints about exchanges: list, find, count, unmatched, show, clear, HAR."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows, summed
from mockserver.edge.api.views import Views
from mockserver.edge.redactors import Redactors
from mockserver.verdict.har import archive, entry
from mockserver.verdict.journal import Exchange
from mockserver.version import __version__

__all__ = ["table"]

table: Final = Endpoints()
_LIMIT: Final = 100
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
_STATUS: Final = shapes.text("Such as 404, or 4xx.", pattern="^[1-5]([0-9]{2}|xx)$")
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
        **_PAGE,
    },
    answer=_LISTED,
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
        "limit": _PAGE["limit"],
    },
    answer=shapes.record({"exchanges": shapes.array(shapes.ref("exchange"))}),
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
    return Rows(name="exchanges", rows=rows, newest_first=True, limit=limit)


@table.post(
    "/exchanges/find",
    "find-exchanges",
    about="List the exchanges that fit all of this, the newest first.",
    body=shapes.record({**_WANTED, **_PAGE}, optional=[*_WANTED, *_PAGE]),
    answer=_LISTED,
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
    reach=Reach.LATEST,
    merge=partial(summed, ("count",)),
)
async def count_exchanges(ask: Ask) -> dict[str, Any]:
    """Return `{"count": int}`."""
    await _bring(ask, ask.body)
    return {"count": sum(1 for _ in _found(ask, ask.body))}


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


@table.get(
    "/exchanges/har",
    "export-har",
    about="Export exchanges as an HTTP archive (HAR 1.2), the oldest first.",
    query={**_FILTERS, "status": _STATUS},
    answer={
        "type": "object",
        "required": ["log"],
        "properties": {
            "log": {"type": "object", "required": ["version", "creator", "entries"]}
        },
    },
    reach=Reach.LATEST,
)
async def export_har(ask: Ask) -> Rows:
    """Return `{"log": {...}}`."""
    await _bring(ask, ask.query)
    redactors, origin = Redactors(ask.services), ask.origin
    rows = [
        Row([one.number], "", entry(one, redactors.of(one), origin))
        for one in reversed([*_found(ask, ask.query)])
    ]
    return Rows(name="entries", rows=rows, finish=_archive)


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
        for one in ask.services.journal.exchanges()
        if str(one.number) == number
    ]
    return Rows(name="exchange", rows=rows, finish=partial(_only, number))


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
    return Rows(name="exchanges", rows=rows, newest_first=True, limit=limit)


async def _bring(ask: Ask, wanted: Mapping[str, Any]) -> None:
    """Have a space in memory that is named, and what was kept of its exchanges."""
    if wanted.get("space"):
        ask.services.spaces.find(wanted["space"])
        if ask.instance.archivist is not None:
            await ask.instance.archivist.loaded()


def _found(ask: Ask, wanted: Mapping[str, Any]) -> Iterator[Exchange]:
    """Yield what fits, the newest first."""
    if "provider" in wanted:
        ask.provider(wanted["provider"], "provider")
    tests = [_TESTS[name](value) for name, value in wanted.items() if name in _TESTS]
    kept = [*ask.services.journal.exchanges(wanted.get("space"))]
    for exchange in reversed(kept):
        if all(test(exchange) for test in tests):
            yield exchange


Test = Callable[[Exchange], bool]


def _status(wanted: str | int) -> Test:
    found = str(wanted)
    if re.fullmatch("[1-5]([0-9]{2}|xx)", found) is None:
        raise ApiError(400, f"status: found {wanted!r}, expected 404, 4xx or such")
    if found.endswith("xx"):
        return lambda exchange: str(exchange.status)[0] == found[0]
    return lambda exchange: exchange.status == int(found)


def _headers(wanted: Mapping[str, str]) -> Test:
    pairs = {(name.lower(), value) for name, value in wanted.items()}
    return lambda exchange: (
        pairs <= {(name.lower(), value) for name, value in exchange.request_headers}
    )


def _in_body(wanted: str) -> Test:
    part = wanted.encode()
    return lambda exchange: part in (exchange.request_body or b"")


def _in_answer(wanted: str) -> Test:
    part = wanted.encode()
    return lambda exchange: part in (exchange.response_body or b"")


def _text(wanted: str) -> Test:
    text, part = wanted.lower(), wanted.lower().encode()

    def test(exchange: Exchange) -> bool:
        said = (exchange.target, exchange.operation, exchange.fault, exchange.hint)
        return (
            any(text in one.lower() for one in (*said, *exchange.notes, *exchange.jobs))
            or part in (exchange.request_body or b"").lower()
            or part in (exchange.response_body or b"").lower()
        )

    return test


def _is_error(exchange: Exchange) -> bool:
    return not 100 <= exchange.status < 400 or bool(exchange.fault)


_TESTS: Final[Mapping[str, Callable[[Any], Test]]] = {
    "provider": lambda wanted: lambda exchange: exchange.slug == wanted,
    "operation": lambda wanted: lambda exchange: exchange.operation == wanted,
    "method": lambda wanted: lambda exchange: exchange.method == wanted.upper(),
    "job": lambda wanted: lambda exchange: wanted in exchange.jobs,
    "state": lambda wanted: lambda exchange: exchange.state == wanted,
    "status": _status,
    "target_contains": lambda wanted: lambda exchange: wanted in exchange.target,
    "body_contains": _in_body,
    "answer_contains": _in_answer,
    "headers": _headers,
    "unmatched": lambda wanted: lambda exchange: exchange.is_unmatched == wanted,
    "after": lambda wanted: lambda exchange: exchange.number > wanted,
    "before": lambda wanted: lambda exchange: exchange.number < wanted,
    "text": _text,
    "errors": lambda wanted: lambda exchange: _is_error(exchange) == wanted,
}
