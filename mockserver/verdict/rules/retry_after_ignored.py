"""Rule: a call is repeated before `Retry-After` is over."""

from collections.abc import Iterator
from math import inf

from mockserver.engine.clock import http_date_s
from mockserver.verdict.case import Case, pauses
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]

_STATUSES = frozenset({202, 413, 429, 503})


def _judge(case: Case) -> Iterator[Seen]:
    last: dict[tuple[str, str, str], Exchange] = {}
    for exchange in case.exchanges:
        key = exchange.slug, exchange.operation, exchange.job
        before = last.get(key)
        last[key] = exchange
        asked_s = None if before is None else _asked_s(before)
        if before is None or asked_s is None:
            continue
        for wait_s in pauses([before, exchange], case.timing):
            if wait_s < asked_s * 0.9:
                yield Seen(
                    f"called again after {wait_s:.1f} s, told to wait {asked_s:.1f} s",
                    (before.number, exchange.number),
                    exchange.job,
                    exchange.slug,
                )


def _asked_s(exchange: Exchange) -> float | None:
    """Return how long an answer asks to wait; None if it does not."""
    if exchange.status not in _STATUSES:
        return None
    headers = dict(exchange.response_headers)
    told = next((v for n, v in headers.items() if n.lower() == "retry-after"), "")
    if told.isdecimal():
        return float(told)
    date_s = http_date_s(told) if told else None
    return None if date_s is None else min(max(0.0, date_s - exchange.at), inf)


RULE = Rule(
    id="retry-after-ignored",
    severity=Severity.WARNING,
    about=(
        "The client repeats a refused call earlier than `Retry-After` says; the "
        "provider may refuse it for longer."
    ),
    fix=(
        "Wait as long as `Retry-After` says, in seconds or until its date, before "
        "the next call."
    ),
    judge=_judge,
)
