"""Endpoints that turn what was seen into what runs: a test, a scenario, a curl line."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

from mockserver.delivery.message import Message
from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.jobs import ONE, WHERE, Found, find_job
from mockserver.edge.api.parts import Reach, Row, Rows
from mockserver.edge.api.views import Views
from mockserver.edge.judging import story_of
from mockserver.edge.replay.calls import Call, Reader
from mockserver.edge.replay.curl import script
from mockserver.edge.replay.lives import Met, document, written
from mockserver.edge.replay.pytests import module
from mockserver.verdict.journal import Exchange

__all__ = ["table"]

table: Final = Endpoints()
_CALLS_MAX: Final = 200
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_SUFFIXES: Final[Mapping[str, str]] = {
    "pytest": ".py",
    "scenario": ".yaml",
    "curl": ".sh",
}
_AS: Final = {
    "as": shapes.choice(
        _SUFFIXES,
        "A test for pytest, a scenario in which the same happens again, or lines for"
        " a shell; pytest if missing.",
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
    about="Turn what a job has lived through into a pytest test, a scenario or curl.",
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
    about="Turn an exchange, and its job so far, into a pytest test, scenario or curl.",
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
    return Met(space, provider, job, exchanges, tuple(hooks))


def _file(ask: Ask, met: Met, way: str, name: str) -> dict[str, Any]:
    """Return what was seen as one file."""
    stem = _NO_NAME.sub("-", name).strip("-").lower()[:60]
    notes: list[str] = []
    if way == "scenario":
        scenario = document(met, stem)
        if "rules" not in scenario:
            raise ApiError(
                409,
                f"number: found {met.exchanges[0].number}, which met no fault, expected"
                " one that did",
            )
        text = written(scenario)
    else:
        exchanges = [*_again(met, way, notes)]
        calls = _calls(ask, met, exchanges)
        notes += _needs(calls)
        if way == "curl":
            text = script(calls, ask.origin)
        else:
            again = Met(met.space, met.provider, met.job, exchanges, met.hooks)
            text = module(again, calls, document(again, stem), stem)
            stem = f"test_{stem.replace('-', '_')}"
    return {"as": way, "name": stem + _SUFFIXES[way], "text": text, "notes": notes}


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


def _calls(ask: Ask, met: Met, exchanges: Sequence[Exchange]) -> list[Call]:
    views, slug = Views(ask.services), met.provider.slug
    known = {
        value: name
        for grant in ask.services.spaces.keyring.grants(space=met.space.id)
        if grant.slug == slug and not grant.is_revoked
        for name, value in views.fields(grant).items()
        if value
    }
    return [Reader(views.redactors.of(one), known).call(one) for one in exchanges]


def _needs(calls: Sequence[Call]) -> list[str]:
    """Return what somebody has to know who runs calls again."""
    holes = [hole for call in calls for hole in call.holes]
    names = dict.fromkeys(hole.name for hole in holes if not hole.is_field)
    lost = [call for call in calls if call.missing > 0]
    return [
        *(
            f"Set {name} in the environment: what stood there is hidden, or was told by"
            " an earlier call."
            for name in names
        ),
        *(
            f"Call {call.exchange.number} lacks the last {call.missing} bytes of its"
            " body: they are not kept."
            for call in lost
        ),
    ]
