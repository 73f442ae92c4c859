"""Verdicts: what tests are told of the habits of their clients."""

from collections.abc import Iterable, Sequence
from typing import Any

from mockserver.edge.instance import Instance
from mockserver.edge.judging import check_rules, document, judged
from mockserver.edge.redactors import Redactors
from mockserver.engine.spaces import Space
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
        ConfigError: There is no such rule.
        ValueError: There is no such severity.
    """
    ignored = check_rules(ignore, "ignore")
    return judged(
        instance.services,
        spaces,
        ignored=ignored,
        least=Severity(least),
        outside=outside,
    )


def documents(instance: Instance, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as the control API tells them."""
    redactors = Redactors(instance.services)
    return [document(one, redactors) for one in findings]


def told(instance: Instance, findings: Sequence[Finding]) -> str:
    """Return findings for people."""
    return text(documents(instance, findings))
