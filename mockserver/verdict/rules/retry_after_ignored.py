"""Rule: a call is repeated before `Retry-After` is over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mockserver.verdict.answers import asked_wait_s
from mockserver.verdict.case import Case, pauses
from mockserver.verdict.finding import Rule, Seen, Severity

if TYPE_CHECKING:
    from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    last: dict[tuple[str, str, str], Exchange] = {}
    for exchange in case.exchanges:
        key = exchange.slug, exchange.operation, exchange.job
        before = last.get(key)
        last[key] = exchange
        asked_s = None if before is None else asked_wait_s(before)
        if before is None or asked_s is None or exchange.asked_at < before.at:
            continue  # what was on its way already has not been told
        for wait_s in pauses([before, exchange], case.timing):
            if wait_s < asked_s * 0.9:
                yield Seen(
                    f"called again after {wait_s:.1f} s, told to wait {asked_s:.1f} s",
                    (before.number, exchange.number),
                    exchange.job,
                    exchange.slug,
                )


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
