"""Endpoint about what is to come: what falls due in a space until some time."""

from collections.abc import Iterator
from heapq import nsmallest
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.clocks import at_s, seconds
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.engine.clock import END_S
from mockserver.engine.spaces import Space
from mockserver.verdict.stamp import stamp

__all__ = ["table"]

table: Final = Endpoints()
_LIMIT: Final = 50
_COMING: Final = shapes.record(
    {
        "at": shapes.moment("On the space's clock."),
        "in_s": shapes.number("Seconds until then; 0 for what waits to be done."),
        "kind": shapes.text("job: it enters a state; or what is to be done then."),
        "provider": shapes.text(),
        "job": shapes.text("Empty if it is about none."),
        "said": shapes.text("The state, or what is told, where that is known."),
    }
)


@table.get(
    "/spaces/{space}/clock/coming",
    "list-coming",
    about="List what falls due in a space, the first first: look before you move time.",
    query={
        "by": shapes.text("Until so much later, such as 1h."),
        "until": shapes.text("Until a time, such as 2030-01-01T12:00:00Z."),
        "limit": shapes.integer(
            f"How many at most; {_LIMIT} if missing.", maximum=1000
        ),
    },
    answer=shapes.record(
        {
            "now": shapes.moment("The space's time."),
            "coming": shapes.array(_COMING),
            "more": shapes.flag("There is more than was asked for."),
        }
    ),
    errors=(404,),
)
async def list_coming(ask: Ask) -> dict[str, Any]:
    """Return `{"now": str, "coming": [...], "more": bool}`."""
    space, limit = ask.space, ask.query.get("limit", _LIMIT)
    now = space.clock.now()
    found = nsmallest(limit + 1, _coming(space, now, _until(ask, now)))
    return {
        "now": stamp(now),
        "coming": [
            {
                "at": stamp(at),
                "in_s": max(0.0, at - now),
                "kind": kind,
                "provider": slug,
                "job": job,
                "said": said,
            }
            for at, slug, job, kind, said in found[:limit]
        ],
        "more": len(found) > limit,
    }


def _until(ask: Ask, now: float) -> float:
    if {"by", "until"} <= {*ask.query}:
        raise ApiError(400, "query: found by and until, expected one of them")
    if "by" in ask.query:
        return now + seconds(ask.query["by"], "query/by")
    if "until" in ask.query:
        return at_s(ask.query["until"], "query/until")
    return END_S


def _coming(
    space: Space, now: float, until: float
) -> Iterator[tuple[float, str, str, str, str]]:
    """Yield time, provider, job, kind and words of all that comes."""
    for slug, job in space.all_jobs():
        for at, step in job.entries():
            if now < at <= until:
                yield at, slug, job.id, "job", step.state
    for due in space.agenda.list_dues():
        if due.at <= until:
            about = due.about
            said = "" if about is None else ", ".join(about.tells)
            yield due.at, due.slug, "" if about is None else about.job, due.kind, said
