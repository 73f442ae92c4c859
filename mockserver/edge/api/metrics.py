"""Endpoint with the server's counts, in the text format of Prometheus."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from aiohttp import web

from mockserver.edge.api import shapes
from mockserver.edge.api.desk import HEADERS
from mockserver.edge.api.endpoints import Ask, Endpoints
from mockserver.edge.api.parts import MISSING, Reach
from mockserver.engine.clock import monotonic_s
from mockserver.version import __version__

__all__ = ["table"]

table: Final = Endpoints()
_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

Sample = tuple[Mapping[str, object], float]


def _together(told: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return the counts of several workers, each with its name on it."""
    families: dict[str, list[Any]] = {}
    for worker, document in told:
        for name, kind, about, samples in document["families"]:
            family = families.setdefault(name, [name, kind, about, []])
            label = {"worker": worker} if worker else {}
            family[3] += ([{**label, **labels}, value] for labels, value in samples)
    return {"families": [*families.values()]}


def _sent(document: Mapping[str, Any]) -> web.Response:
    """Return the counts as Prometheus reads them."""
    silent = len(document.get(MISSING, ()))
    about = "Workers that did not answer."
    more: list[Any] = []
    if silent:
        more.append(("workers_silent", "gauge", about, [({}, silent)]))
    text = "".join(
        line
        for name, kind, about, samples in (*document["families"], *more)
        for line in _family(name, kind, about, samples)
    )
    return web.Response(body=text.encode(), headers={**HEADERS, "Content-Type": _TYPE})


@table.get(
    "/metrics",
    "metrics",
    is_at_once=True,
    about="Tell the server's counts, for Prometheus.",
    answer=shapes.text(),
    media_type="text/plain",
    query={
        "workers": shapes.choice(
            ["all", "mine"],
            "Of all workers that serve together, or of the one that is asked; all if"
            " missing.",
        )
    },
    reach=Reach.AWAKE,
    merge=_together,
    send=_sent,
)
async def metrics(ask: Ask) -> dict[str, Any]:
    """Return the counts; requests are counted from the first time this is asked."""
    return {"families": [[*family] for family in _families(ask)]}


def _families(ask: Ask) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    services, spaces = ask.services, [*ask.services.spaces]
    counts = [
        ({"provider": c.slug, "operation": c.operation, "status": c.status}, c)
        for c in ask.control.tally.look()
    ]
    info = {"version": __version__, "pace": services.spaces.settings.pace.name}
    uptime_s = monotonic_s() - ask.control.started_s
    bugs = ask.instance.bugs.count
    yield "info", "gauge", "How the server was started.", [(info, 1)]
    yield "uptime_seconds", "gauge", "Real seconds since the start.", [({}, uptime_s)]
    yield (
        "requests_total",
        "counter",
        "Requests, as far back as the journal went when this was first asked.",
        [(labels, count.requests) for labels, count in counts],
    )
    yield (
        "request_seconds_total",
        "counter",
        "Real seconds that those requests took.",
        [(labels, count.seconds) for labels, count in counts],
    )
    recorded = services.journal.recorded
    yield "exchanges_total", "counter", "Exchanges recorded.", [({}, recorded)]
    held = len(services.journal)
    yield "journal_exchanges", "gauge", "Exchanges kept.", [({}, held)]
    yield "spaces", "gauge", "Open spaces.", [({}, len(spaces))]
    yield "jobs", "gauge", "Jobs of open spaces.", _jobs(ask)
    planned = sum(len(space.agenda) for space in spaces)
    yield "planned", "gauge", "Things still to fall due.", [({}, planned)]
    yield "deliveries", "gauge", "Deliveries kept, by state.", _deliveries(ask)
    listeners = len(ask.control.hub)
    yield "listeners", "gauge", "Listeners to events.", [({}, listeners)]
    yield "bugs_total", "counter", "Our own mistakes.", [({}, bugs)]


def _jobs(ask: Ask) -> list[Sample]:
    jobs: Counter[str] = Counter(dict.fromkeys(ask.services.providers, 0))
    for space in ask.services.spaces:
        for slug in space.slugs():
            jobs[slug] += len(space.jobs(slug))
    return [({"provider": slug}, count) for slug, count in jobs.items()]


def _deliveries(ask: Ask) -> list[Sample]:
    states = Counter(
        (record.delivery.slug, record.state.value)
        for space in ask.services.spaces
        for record in ask.services.outbox.deliveries(space)
    )
    return [
        ({"provider": slug, "state": state}, count)
        for (slug, state), count in states.items()
    ]


def _family(
    name: str, kind: str, about: str, samples: Iterable[Sample]
) -> Iterator[str]:
    full = f"mockserver_{name}"
    yield f"# HELP {full} {about}\n# TYPE {full} {kind}\n"
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(said)}"' for key, said in labels.items())
        yield f"{full}{{{inside}}} {value}\n" if inside else f"{full} {value}\n"


def _escaped(value: object) -> str:
    text = str(value).replace("\\", r"\\")
    return text.replace('"', r"\"").replace("\n", r"\n")
