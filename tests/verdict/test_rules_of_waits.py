"""Rules about real waits, which no test goes through: their records are made up."""

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


@pytest.mark.parametrize(
    ("waited_s", "said"),
    [(61.0, ["waited 61 s for the answer of status"]), (30.0, [])],
)
def test_who_waits_a_minute_for_an_answer_has_no_time_out(
    waited_s: float, said: list[str]
) -> None:
    assert _said("no-timeout", waited_s=waited_s) == said


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        (_attempt(6.5, 200, None), ["attempts at ready took up to 6.5 s"]),
        (_attempt(3.0, None, "timeout"), ["attempts at ready took up to 3.0 s"]),
        (_attempt(4.0, 200, None), []),
    ],
)
def test_who_answers_a_webhook_late_is_told(attempt: Sent, said: list[str]) -> None:
    assert _said("webhook-slow", attempt=attempt) == said
