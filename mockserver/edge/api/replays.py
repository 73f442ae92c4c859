"""Endpoints that turn what was seen into what runs: a test, a scenario, a curl line."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from mockserver.delivery.message import Message
from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.jobs import ONE, WHERE, Found, find_job
from mockserver.edge.api.parts import Reach, Row, Rows
from mockserver.edge.api.views import Views
from mockserver.edge.judging import story_of
from mockserver.edge.redactors import Redactors
from mockserver.edge.replay import curl, javascript, python
from mockserver.edge.replay.calls import Call, Reader
from mockserver.edge.replay.lives import Met, document, written
from mockserver.edge.replay.pytests import module
from mockserver.providers.services import Services
from mockserver.verdict.journal import Exchange

__all__ = ["table"]

table: Final = Endpoints()
_CALLS_MAX: Final = 200
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_SUFFIXES: Final[Mapping[str, str]] = {
    "pytest": ".py",
    "scenario": ".yaml",
    "curl": ".sh",
    "httpx": ".py",
    "fetch": ".mjs",
}
_SCRIPTS: Final[Mapping[str, Callable[[Iterable[Call], str], str]]] = {
    "curl": curl.script,
    "httpx": python.script,
    "fetch": javascript.script,
}
_AS: Final = {
    "as": shapes.choice(
        _SUFFIXES,
        "A test for pytest, a scenario in which the same happens again, or lines for a"
        " shell, for Python with httpx or for Node with fetch; pytest if missing.",
    )
}
_REPLAY: Final = shapes.record(
    {
        "as": shapes.choice(_SUFFIXES),
        "name": shapes.text("What the file may be called."),
        "text": shapes.text("The file; secrets are not in it."),
        "notes": shapes.array(shapes.text(), "What it needs, or cannot do."),
    }
)


@table.get(
    "/jobs/{job}/replay",
    "replay-job",
    about="Turn what a job has lived through into a pytest test, a scenario or calls.",
    query={**WHERE, **_AS},
    answer=_REPLAY,
    errors=(404, 409),
    **ONE,
)
async def replay_job(ask: Ask) -> dict[str, Any]:
    """Return one file."""
    found = find_job(ask)
    way = ask.query.get("as", "pytest")
    return _file(ask, _met(ask, found), way, f"job-{found.job.id}")


@table.get(
    "/exchanges/{number}/replay",
    "replay-exchange",
    about="Turn an exchange into calls, or with its job so far into a test.",
    query=_AS,
    answer=_REPLAY,
    errors=(404, 409),
    reach=Reach.LATEST,
)
async def replay_exchange(ask: Ask) -> Rows:
    """Return one file."""
    number = ask.path["number"]
    rows = [
        Row([one.number], "", _replayed(ask, one))
        for one in ask.services.journal.exchanges()
        if str(one.number) == number
    ]
    return Rows(name="replay", rows=rows, finish=partial(_only, number))


def _only(number: str, rows: Sequence[Row]) -> Any:
    if not rows:
        expected = "that of an exchange which is kept, of a provider and a space"
        raise ApiError(404, f"number: found {number!r}, expected {expected}")
    return rows[0].document


def _replayed(ask: Ask, exchange: Exchange) -> dict[str, Any]:
    way = ask.query.get("as", "pytest")
    if way in _SCRIPTS:
        return _script(ask, [exchange], way, f"exchange-{exchange.number}", [])
    space = ask.services.spaces.find_here(exchange.space)
    provider = ask.services.providers.get(exchange.slug)
    if space is None or provider is None:
        raise ApiError(
            409,
            f"number: found {exchange.number}, which is of no space, expected one that"
            " a provider has let in",
        )
    job = space.jobs(exchange.slug).find(exchange.job) if exchange.job else None
    met = Met(space, provider, None, [exchange])
    if job is not None and way == "pytest":
        # It is what it was because of what came before.
        met = _met(ask, Found(space, exchange.slug, job), exchange.number)
    return _file(ask, met, way, f"exchange-{exchange.number}")


def _met(ask: Ask, found: Found, last: int | None = None) -> Met:
    """Return what was seen of a job, perhaps only until an exchange."""
    space, slug, job = found
    story = story_of(ask.services, *found)
    # Orders that were refused are part of it; those of other jobs are not.
    refused = [one for one in story.orders if not one.jobs]
    every = {one.number: one for one in (*refused, *story.exchanges)}
    exchanges = [
        every[number] for number in sorted(every) if last is None or number <= last
    ]
    records = ask.services.outbox.deliveries(space, slug=slug, job_id=job.id)
    messages = [one.delivery.message for one in records]
    hooks = dict.fromkeys(one.url for one in messages if isinstance(one, Message))
    provider = ask.services.providers[slug]
    hide = Redactors(ask.services).about(space, slug, job.id).text
    return Met(space, provider, job, exchanges, tuple(hooks), hide)


def _file(ask: Ask, met: Met, way: str, name: str) -> dict[str, Any]:
    """Return what was seen as one file."""
    stem = _stem(name)
    notes: list[str] = []
    if way == "scenario":
        scenario = document(met, stem)
        if "rules" not in scenario:
            raise ApiError(
                409,
                f"number: found {met.exchanges[0].number}, which met no fault, expected"
                " one that did",
            )
        return _told(way, stem, written(scenario), notes)
    exchanges = [*_again(met, way, notes)]
    if way in _SCRIPTS:
        return _script(ask, exchanges, way, name, notes)
    calls = _calls(ask, exchanges, way)
    again = replace(met, exchanges=exchanges)
    text = module(again, calls, document(again, stem), stem)
    return _told(
        way, f"test_{stem.replace('-', '_')}", text, [*notes, *_needs(calls, way)]
    )


def _script(
    ask: Ask, exchanges: Sequence[Exchange], way: str, name: str, notes: list[str]
) -> dict[str, Any]:
    """Return calls as lines that make them again; of no space, they are, too."""
    calls = _calls(ask, exchanges, way)
    text = _SCRIPTS[way](calls, ask.origin)
    return _told(way, _stem(name), text, [*notes, *_needs(calls, way)])


def _told(way: str, stem: str, text: str, notes: list[str]) -> dict[str, Any]:
    return {"as": way, "name": stem + _SUFFIXES[way], "text": text, "notes": notes}


def _stem(name: str) -> str:
    return _NO_NAME.sub("-", name).strip("-").lower()[:60]


def _again(met: Met, way: str, notes: list[str]) -> Sequence[Exchange]:
    """Return what is made again, and note what is not."""
    exchanges = [*met.exchanges]
    if way == "pytest" and met.job is not None:
        exchanges = [one for one in exchanges if one.role != "download"]
        if len(exchanges) < len(met.exchanges):
            notes.append("Downloads are left out: links are drawn anew each time.")
    if len(exchanges) > _CALLS_MAX:
        notes.append(f"The first {_CALLS_MAX} of {len(exchanges)} calls.")
    if not exchanges:
        notes.append("No call of it is kept.")
    return exchanges[:_CALLS_MAX]


def _calls(ask: Ask, exchanges: Sequence[Exchange], way: str) -> list[Call]:
    views = Views(ask.services)
    places = {(one.space, one.slug) for one in exchanges}
    known = {place: _known(views, ask.services, *place) for place in places}
    # A test has a space of its own, and so another credential.
    public = {
        slug: ask.services.public_keys(slug)
        for slug in {slug for _, slug in places}
        if way in _SCRIPTS and slug in ask.services.providers
    }
    return [
        Reader(
            views.redactors.of(one),
            known[one.space, one.slug],
            one.slug,
            public.get(one.slug, ()),
        ).call(one)
        for one in exchanges
    ]


def _known(views: Views, services: Services, space: str, slug: str) -> dict[str, str]:
    """Return what the credentials of a space hold, and the name of each."""
    return {
        value: name
        for grant in services.spaces.keyring.grants(space=space)
        if grant.slug == slug and not grant.is_revoked
        for name, value in views.fields(grant).items()
        if value
    }


def _needs(calls: Sequence[Call], way: str) -> list[str]:
    """Return what somebody has to know who runs calls again."""
    holes = [hole for call in calls for hole in call.holes]
    others = dict.fromkeys(hole.variable for hole in holes if not hole.is_field)
    own = dict.fromkeys(hole.variable for hole in holes if hole.is_field)
    lost = [call for call in calls if call.missing > 0]
    bodies = [call for call in calls if call.body is not None]
    unsayable = [one for one in bodies if one.exchange.method in {"GET", "HEAD"}]
    return [
        *(
            f"Set {name} in the environment: the credential is hidden here."
            for name in (own if way in _SCRIPTS else ())
        ),
        *(
            f"Set {name} in the environment: what stood there is hidden, or was told by"
            " an earlier call."
            for name in others
        ),
        *(
            f"Call {call.exchange.number} lacks the last {call.missing} bytes of its"
            " body: they are not kept."
            for call in lost
        ),
        *(
            f"Call {call.exchange.number} is a {call.exchange.method} with a body,"
            " which fetch does not send."
            for call in (unsayable if way == "fetch" else ())
        ),
    ]
