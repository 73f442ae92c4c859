"""Verdicts: what tests are told of the habits of their clients."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from mockserver.edge.instance import Instance
from mockserver.edge.judging import check_rules, document, judged
from mockserver.edge.redactors import Redactors
from mockserver.engine.spaces import Space
from mockserver.errors import ConfigError
from mockserver.verdict.finding import Finding, Severity
from mockserver.verdict.reports import text

__all__ = ["documents", "found", "told"]


def found(
    instance: Instance,
    spaces: Iterable[Space],
    least: str,
    ignore: Iterable[str],
    *,
    outside: bool,
) -> list[Finding]:
    """Return what rules find, the worst first.

    Args:
        instance: The server.
        spaces: Where to look.
        least: Only what is at least that bad.
        ignore: Names of rules that are not asked.
        outside: Look also at requests that no space was found for.

    Raises:
        ConfigError: There is no such rule, or no such severity.
    """
    if isinstance(ignore, str):
        raise ConfigError(f"ignore: found {ignore!r}, expected a list of rules' names")
    severities = [one.value for one in Severity]
    if least not in severities:
        right = ", ".join(severities)
        raise ConfigError(f"least: found {least!r}, expected one of: {right}")
    all_found = judged(
        instance.services,
        spaces,
        ignored=check_rules(ignore, "ignore"),
        least=Severity(least),
        outside=outside,
    )
    redactors = Redactors(instance.services)
    return [_hidden(one, redactors) for one in all_found]


def _hidden(finding: Finding, redactors: Redactors) -> Finding:
    """Return a finding of which a failing test may show all that it has."""
    seen = finding.seen
    said = redactors.get(seen.slug, finding.space).text(seen.said)
    return replace(finding, seen=seen._replace(said=said))


def documents(instance: Instance, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as the control API tells them."""
    redactors = Redactors(instance.services)
    return [document(one, redactors) for one in findings]


def told(instance: Instance, findings: Sequence[Finding]) -> str:
    """Return findings for people."""
    return text(documents(instance, findings))
