"""Rules about real waits, which no test goes through: their records are made up."""

from typing import Any

import pytest
from multidict import CIMultiDict

from mockserver.verdict.case import Case, Expected, Sent, Timing
from mockserver.verdict.journal import Exchange
from mockserver.verdict.rules.registry import RULES

NONE = CIMultiDict[str]()


def _said(
    rule: str, *, waited_s: float = 0.0, attempt: Sent | None = None
) -> list[str]:
    exchange = Exchange(
        "GET", "/job", NONE, 0, NONE, None, 0, 1e9, waited_s,
        slug="acme", operation="status", fault="hangs/1",
    )  # fmt: skip
    sent = () if attempt is None else (attempt,)
    expected = {"acme": Expected(poll_s=1.0)}
    case = Case("s", 1e9, (), (exchange,), sent, expected, Timing.RUNS)
    return [one.seen.said for one in RULES[rule].findings(case)]


def _attempt(elapsed_s: float, status: int | None, error: str | None) -> Sent:
    return Sent(
        delivery="d", label="ready", slug="acme", job="j", number=1, at=1e9,
        status=status, error=error, elapsed_s=elapsed_s, is_done=status == 200,
    )  # fmt: skip


# By rule: who earns it, and who does not.
WAITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no-timeout": ({"waited_s": 61.0}, {"waited_s": 30.0}),
    "webhook-slow": (
        {"attempt": _attempt(6.5, 200, None)},
        {"attempt": _attempt(4.0, 200, None)},
    ),
}


@pytest.mark.parametrize("rule", WAITS)
def test_who_waits_too_long_earns_it_and_who_does_not_earns_nothing(rule: str) -> None:
    careless, careful = WAITS[rule]

    assert len(_said(rule, **careless)) == 1
    assert _said(rule, **careful) == []


def test_what_is_seen_has_its_seconds() -> None:
    late = _said("webhook-slow", attempt=_attempt(6.5, 200, None))
    never = _said("webhook-slow", attempt=_attempt(3.0, None, "timeout"))

    assert late == ["attempts at ready took up to 6.5 s"]
    assert never == ["attempts at ready took up to 3.0 s"]
    waited = _said("no-timeout", waited_s=61.0)
    assert waited == ["waited 61 s for the answer of status"]
