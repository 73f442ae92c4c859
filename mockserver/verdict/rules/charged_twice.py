"""Rule: the same work is paid twice, and only one of the two is of use."""

from collections.abc import Iterator

from mockserver.verdict.bill import money
from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import Again, paid_twice

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    for again in paid_twice(case):
        first, second = again.first, again.second
        charge = again.wasted
        amount = money(charge.net, charge.currency)
        yield Seen(
            f"{amount} for nothing: {first.job} was charged, {_why(again)}, and the"
            f" same was ordered and charged again as {second.job}",
            (first.number, second.number),
            second.job,
            second.slug,
        )


def _why(again: Again) -> str:
    if again.is_lost:
        return f"the answer about it was lost ({again.first.status})"
    return "nobody has asked for it any more"


RULE = Rule(
    id="charged-twice",
    severity=Severity.ERROR,
    about=(
        "The client has given an order up that was charged, after a time-out or a lost"
        " answer, and has placed the same order again: both are paid, one is used."
    ),
    fix=(
        "Go on asking for the job that there is, cancel it before ordering it again, or"
        " send a key of idempotency where the provider knows one."
    ),
    judge=_judge,
)
