"""Rule: refused calls are repeated at once, again and again."""

from collections.abc import Iterator
from itertools import groupby

from mockserver.verdict.case import Case, is_refusal, pauses
from mockserver.verdict.finding import Rule, Seen, Severity

__all__ = ["RULE"]

_TRIES = 5
_GROWTH = 1.5


def _judge(case: Case) -> Iterator[Seen]:
    called = sorted(case.exchanges, key=lambda one: (one.operation, one.job))
    for _, same in groupby(called, key=lambda one: (one.operation, one.job)):
        for refused, run in groupby(same, key=is_refusal):
            tries = [*run]
            if not refused or len(tries) < _TRIES:
                continue
            waits = pauses(tries, case.timing)
            if waits and waits[-1] < waits[0] * _GROWTH:
                yield Seen(
                    f"{len(tries)} refusals in a row of {tries[0].operation}, and the"
                    f" last wait was {waits[-1]:.1f} s, the first {waits[0]:.1f} s",
                    tuple(one.number for one in tries),
                    tries[0].job,
                    tries[0].slug,
                )


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
