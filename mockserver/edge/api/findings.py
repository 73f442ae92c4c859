"""Endpoints about findings: what clients do that will hurt them, and the rules."""

from typing import Any, Final

from mockserver.edge.api import shapes
from mockserver.edge.api.endpoints import ApiError, Ask, Endpoints
from mockserver.edge.api.parts import Reach, Row, Rows
from mockserver.edge.judging import check_rules, document, judging
from mockserver.edge.redactors import Redactors
from mockserver.engine.clock import pause
from mockserver.errors import ConfigError
from mockserver.verdict.finding import Severity
from mockserver.verdict.rules.registry import RULES

__all__ = ["table"]

table: Final = Endpoints()
_SEVERITY: Final = shapes.choice([one.value for one in Severity])
_FINDING: Final = shapes.record(
    {
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


@table.get(
    "/findings",
    "list-findings",
    about="List what clients do that will hurt them, the worst first.",
    query={
        "space": shapes.text("Only in this space."),
        "provider": shapes.text("Only of this provider."),
        "job": shapes.text("Only about this job."),
        "least": shapes.choice(
            [one.value for one in Severity], "Only what is at least that bad."
        ),
        "ignore": shapes.text("Rules that are not asked, with commas in between."),
    },
    answer=shapes.record({"findings": shapes.array(_FINDING)}),
    reach=Reach.LATEST,
)
async def list_findings(ask: Ask) -> Rows:
    """Return `{"findings": [...]}`."""
    query, redactors = ask.query, Redactors(ask.services)
    if "provider" in query:
        ask.provider(query["provider"], "query/provider")
    ignored = [one.strip() for one in query.get("ignore", "").split(",") if one]
    try:
        checked = check_rules(ignored, "query/ignore")
    except ConfigError as error:
        raise ApiError(400, str(error)) from error
    found = []
    for some in judging(
        ask.services,
        [*ask.spaces()],
        ignored=checked,
        least=Severity(query.get("least", Severity.NOTE)),
        outside="space" not in query,
    ):
        found += some
        await pause(0)
    found.sort(key=lambda finding: finding.order)
    rows = [
        Row([*one.order], one.space, document(one, redactors))
        for one in found
        if query.get("provider") in {None, one.seen.slug}
        and query.get("job") in {None, one.seen.job}
    ]
    return Rows(name="findings", rows=rows)


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
