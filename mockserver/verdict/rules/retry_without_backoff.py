"""Rule: refused calls are repeated at once, again and again."""

from collections.abc import Iterator
from itertools import groupby, pairwise

from mockserver.verdict.case import Case, is_refusal, pauses
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.journal import Exchange

__all__ = ["RULE"]

_TRIES = 5
_GROWTH = 1.5
_AT_ONCE_S = 0.2  # shorter waits differ as networks do


def _judge(case: Case) -> Iterator[Seen]:
    called = sorted(case.exchanges, key=_what)
    for _, same in groupby(called, key=_what):
        for refused, run in groupby(same, key=is_refusal):
            tries = [*run]
            if not refused or len(tries) < _TRIES:
                continue
            waits = pauses(tries, case.timing)
            # Where chance has a part in each wait, the last one may be short; and who
            # orders several works at once repeats none of them.
            is_one = all(after.asked_at >= one.at for one, after in pairwise(tries))
            if waits and is_one and max(waits) < max(min(waits), _AT_ONCE_S) * _GROWTH:
                most, least = max(waits), min(waits)
                yield Seen(
                    f"{len(tries)} refusals in a row of {tries[0].operation}, and the"
                    f" longest wait was {most:.1f} s, the shortest {least:.1f} s",
                    tuple(one.number for one in tries),
                    tries[0].job,
                    tries[0].slug,
                )


def _what(exchange: Exchange) -> tuple[str, str, str, bytes]:
    asked = exchange.target, exchange.request_body or b""
    return exchange.operation, exchange.job, *asked


RULE = Rule(
    id="retry-without-backoff",
    severity=Severity.NOTE,
    about=(
        "The client repeats a refused call at a constant pace; together with all "
        "the others it keeps an overloaded provider down."
    ),
    fix=(
        "Double the wait after each refusal, with some chance in it, and give up "
        "after a few."
    ),
    judge=_judge,
)
