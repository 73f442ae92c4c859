"""Endpoints about what a client did with a job: its story, and assertions about it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.bill import AMOUNT
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.jobs import ONE, WHERE, Found, find_job
from mockserver.edge.judging import story_of
from mockserver.edge.redactors import Redactors
from mockserver.verdict.assertions import (
    Check,
    backed_off,
    cancelled,
    costs,
    downloaded,
    honoured_retry_after,
    polled,
    signature_checked,
    stopped_after_end,
    submitted_once,
    webhook_acknowledged,
)
from mockserver.verdict.case import Story
from mockserver.verdict.drawing import drawn
from mockserver.verdict.finding import Seen

__all__ = ["table"]

table: Final = Endpoints()
_LINES: Final = shapes.array(
    shapes.text(),
    "The story of the job, oldest first; `>` is before what breaks an assertion.",
)
_PLAIN: Final[Mapping[str, tuple[Check, str]]] = {
    "submitted_once": (submitted_once, "The work was accepted once."),
    "backed_off": (backed_off, "The waits between reads grew."),
    "honoured_retry_after": (honoured_retry_after, "No call came before its time."),
    "stopped_after_end": (stopped_after_end, "Nobody read on after the end."),
    "signature_checked": (signature_checked, "A wrongly signed webhook was refused."),
    "cancelled": (cancelled, "It was given up before it ended."),
}
_TIMES: Final = {"minimum": 0, "maximum": 10**9}
_POLLED: Final = {
    "at_most": shapes.integer("How often it may.", **_TIMES),
    "at_least": shapes.integer(
        "How often it has to; once if neither is said.", **_TIMES
    ),
    "every_s": shapes.number("Least virtual seconds between two reads.", minimum=0),
}
_DOWNLOADED: Final = {
    "times": shapes.integer("How often all of each file has to come.", **_TIMES),
    "before_expiry": shapes.flag("None was asked for too late; true if missing."),
    "whole": shapes.flag("None came only in part; true if missing."),
}
_COSTS: Final = {
    "at_most": AMOUNT,
    "currency": shapes.text("Of that, such as USD; any if missing."),
}
_TAKEN: Final = {"within_s": shapes.number("Real seconds at most.", minimum=0)}


def _costs(story: Story, *, at_most: str | float, **more: str) -> Iterable[Seen]:
    return costs(story, at_most=Decimal(str(at_most)), **more)


_DETAILED: Final[Mapping[str, tuple[Any, Mapping[str, Any], str]]] = {
    "polled": (polled, _POLLED, "How often the state was read."),
    "downloaded": (downloaded, _DOWNLOADED, "Its files have been fetched."),
    "webhook_acknowledged": (webhook_acknowledged, _TAKEN, "Webhooks were taken."),
    "costs": (_costs, _COSTS, "It costs no more."),
}
_ASKED: Final = {
    **{name: shapes.flag(about) for name, (_, about) in _PLAIN.items()},
    **{
        name: shapes.record(
            members,
            optional={*members} - {"at_most"} if name == "costs" else members,
            about=about,
        )
        for name, (_, members, about) in _DETAILED.items()
    },
}


@table.get(
    "/jobs/{job}/story",
    "show-story",
    about="Draw what happened about a job, line by line, in virtual time.",
    query=WHERE,
    answer=shapes.record({"lines": _LINES}),
    errors=(404, 409),
    **ONE,
)
async def show_story(ask: Ask) -> dict[str, Any]:
    """Return `{"lines": [...]}`."""
    found = find_job(ask)
    return {"lines": [*_hidden(ask, found, drawn(_story(ask, found)))]}


@table.post(
    "/jobs/{job}/assert",
    "assert-job",
    about="Check what a client did about a job; what is not named is not looked at.",
    query=WHERE,
    body=shapes.record(_ASKED, optional=_ASKED),
    answer=shapes.record(
        {
            "passed": shapes.flag("Whether nothing was broken."),
            "failures": shapes.array(shapes.text(), "A sentence for each that was."),
            "lines": _LINES,
        }
    ),
    errors=(404, 409),
    **ONE,
)
async def assert_job(ask: Ask) -> dict[str, Any]:
    """Return `{"passed": bool, "failures": [...], "lines": [...]}`."""
    checks = [*_checks(ask.body)]
    if not checks:
        raise ApiError(
            400, f"body: found no assertion, expected one of {', '.join(_ASKED)}"
        )
    found = find_job(ask)
    story = _story(ask, found)
    broken = [seen for check in checks for seen in check(story)]
    said = [seen.said for seen in broken]
    return {
        "passed": not broken,
        "failures": [*_hidden(ask, found, said)],
        "lines": [*_hidden(ask, found, drawn(story, broken))],
    }


def _checks(body: Mapping[str, Any]) -> Iterator[Check]:
    for name, (check, _) in _PLAIN.items():
        if body.get(name):
            yield check
    for name, (check, _, _) in _DETAILED.items():
        if name in body:
            _check_bounds(name, body[name])
            yield partial(check, **body[name])


def _check_bounds(name: str, said: Mapping[str, Any]) -> None:
    """Refuse bounds that nothing fits.

    Raises:
        ApiError: They contradict each other.
    """
    least, most = said.get("at_least"), said.get("at_most")
    if least is not None and most is not None and least > most:
        raise ApiError(
            400,
            f"body/{name}/at_most: found {most}, expected at least {least}, which"
            " at_least asks for",
        )


def _story(ask: Ask, found: Found) -> Story:
    return story_of(ask.services, *found)


def _hidden(ask: Ask, found: Found, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines without what is secret."""
    redactor = Redactors(ask.services).get(found.slug, found.space.id)
    yield from map(redactor.text, lines)
