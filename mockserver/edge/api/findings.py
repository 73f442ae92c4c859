"""Endpoints about findings: what clients do that will hurt them, and the rules."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Final

import orjson

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.named import unknown_job
from mockserver.edge.api.parts import Reach, Row, Rows, counted, paged
from mockserver.edge.judgements import Key, Placed
from mockserver.edge.judging import check_rules, document
from mockserver.edge.redactors import Redactors
from mockserver.errors import ConfigError
from mockserver.verdict.finding import Finding, Severity
from mockserver.verdict.rules.registry import RULES

__all__ = ["table"]

table: Final = Endpoints()
_SEVERITY: Final = shapes.choice([one.value for one in Severity])
_FINDING: Final = shapes.record(
    {
        "id": shapes.text("What `after` and its own address take."),
        "rule": shapes.text("Its name; also its section in the documentation."),
        "severity": _SEVERITY,
        "space": shapes.text("Empty for requests that no space was found for."),
        "provider": shapes.text("Empty if none was meant."),
        "job": shapes.text("Empty if it is about none, or several."),
        "said": shapes.text("What was seen, with its numbers."),
        "about": shapes.text("The habit, and what comes of it."),
        "fix": shapes.text("What to do instead."),
        "exchanges": shapes.array(shapes.integer(), "Numbers of those that show it."),
        "deliveries": shapes.array(shapes.text(), "Names of those that show it."),
    }
)
_RULE: Final = shapes.record(
    {
        "rule": shapes.text(),
        "severity": _SEVERITY,
        "about": shapes.text(),
        "fix": shapes.text(),
    }
)


# The order of a finding, its space, provider and first delivery, and a number.
_KEY: Final = [int, str, int, str, str, str, str, int]
_WHICH: Final = {
    "space": shapes.text("Only in this space."),
    "provider": shapes.text("Only of this provider."),
    "job": shapes.text("Only about this job."),
    "least": shapes.choice(
        [one.value for one in Severity], "Only what is at least that bad."
    ),
    "ignore": shapes.text("Rules that are not asked, with commas in between."),
    "text": shapes.text("Part of its rule, of what was seen, or of its job."),
}


@table.get(
    "/findings",
    "list-findings",
    about="List what clients do that will hurt them, the worst first.",
    query={
        **_WHICH,
        "limit": shapes.integer("How many at most; all if missing.", maximum=10_000),
        "after": shapes.text("Go on after the finding of this identifier."),
    },
    answer=shapes.record(
        {
            "findings": shapes.array(_FINDING),
            "next": shapes.maybe(shapes.text("`after` of the next page.")),
        }
    ),
    errors=(404,),
    reach=Reach.LATEST,
)
async def list_findings(ask: Ask) -> Rows:
    """Return `{"findings": [...], "next": str | null}`."""
    limit, redactors = ask.query.get("limit"), Redactors(ask.services)
    after = _key_of(ask.query["after"], "query/after") if "after" in ask.query else None
    every = await _found(ask)
    begin = 0 if after is None else bisect_right(every, after, key=itemgetter(0))
    most = None if limit is None else limit + 1
    found = every[begin:] if most is None else every[begin : begin + most]
    rows = [
        Row(key, one.space, {"id": _id(key), **document(one, redactors)})
        for key, one in found
    ]
    return Rows(
        name="findings",
        rows=rows,
        limit=most,
        lacking=None if every else unknown_job(ask, ask.query),
        finish=paged("findings", limit),
    )


@table.get(
    "/findings/count",
    "count-findings",
    about="Count what clients do that will hurt them.",
    query=_WHICH,
    answer=shapes.record({"count": shapes.integer()}),
    errors=(404,),
    reach=Reach.LATEST,
)
async def count_findings(ask: Ask) -> Rows:
    """Return `{"count": int}`."""
    return counted("count", len(await _found(ask)), unknown_job(ask, ask.query))


async def _found(ask: Ask) -> list[Placed]:
    """Return what the query wants in its order, each with the key of its place."""
    query = ask.query
    if "provider" in query:
        ask.provider(query["provider"], "query/provider")
    ignored = [one.strip() for one in query.get("ignore", "").split(",") if one]
    try:
        checked = check_rules(ignored, "query/ignore")
    except ConfigError as error:
        raise ApiError(400, str(error)) from error
    every = await ask.control.judgements.found(
        ask.spaces(),
        ignored=checked,
        least=Severity(query.get("least", Severity.NOTE)),
        outside="space" not in query,
    )
    # Where each stands among all does not depend on what else is asked for.
    text = query.get("text", "").lower()
    return [
        (key, one)
        for key, one in every
        if query.get("provider") in {None, one.seen.slug}
        and query.get("job") in {None, one.seen.job}
        and (not text or _mentions(one, text))
    ]


def _mentions(finding: Finding, text: str) -> bool:
    """Say whether a text in small letters stands in a finding."""
    said = (finding.id, finding.said, finding.seen.job)
    return any(text in one.lower() for one in said)


def _id(key: Key) -> str:
    return urlsafe_b64encode(orjson.dumps(key)).rstrip(b"=").decode()


def _key_of(told: str, place: str) -> Key:
    """Return the key that an identifier stands for.

    Raises:
        ApiError: It never was one.
    """
    try:
        key = orjson.loads(urlsafe_b64decode(f"{told}{'=' * (-len(told) % 4)}"))
    except ValueError:
        key = None
    if not isinstance(key, list) or [*map(type, key)] != _KEY:
        raise ApiError(
            400, f"{place}: found {told[:40]!r}, expected the id of a finding"
        )
    return key


@table.get(
    "/findings/rules",
    "list-finding-rules",
    about="List the rules that judge clients.",
    answer=shapes.record({"rules": shapes.array(_RULE)}),
)
async def list_rules(ask: Ask) -> dict[str, Any]:  # noqa: ARG001 - a handler
    """Return `{"rules": [...]}`."""
    return {
        "rules": [
            {
                "rule": rule.id,
                "severity": rule.severity.value,
                "about": rule.about,
                "fix": rule.fix,
            }
            for rule in RULES.values()
        ]
    }


@table.get(
    "/findings/{finding}",
    "show-finding",
    about="Show one finding, as long as it is seen.",
    answer=_FINDING,
    errors=(404,),
    reach=Reach.LATEST,
)
async def show_finding(ask: Ask) -> Rows:
    """Return one finding."""
    told, redactors = ask.path["finding"], Redactors(ask.services)
    try:
        wanted = _key_of(told, "finding")
    except ApiError:
        wanted = None
    rows = [
        Row(key, one.space, {"id": told, **document(one, redactors)})
        for key, one in await _found(ask)
        if key == wanted
    ]
    return Rows(name="finding", rows=rows, finish=partial(_only, told))


def _only(told: str, rows: Sequence[Row]) -> dict[str, Any]:
    if not rows:
        raise ApiError(
            404, f"finding: found {told[:40]!r}, expected one that is seen now"
        )
    shown: dict[str, Any] = rows[0].document
    return shown
