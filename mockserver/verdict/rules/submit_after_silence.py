"""Rule: work is ordered again though its first order was accepted."""

from collections.abc import Iterator

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import ordered_again, paid_twice

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    # What is known to be paid twice is a matter of money: see `charged_twice.py`.
    paid = {one.second.number for one in paid_twice(case)}
    for lost, exchange in ordered_again(case):
        if exchange.number not in paid:
            yield Seen(
                f"ordered again as {exchange.job}; the answer about {lost.job} was"
                f" lost ({lost.status})",
                (lost.number, exchange.number),
                exchange.job,
                exchange.slug,
            )


RULE = Rule(
    id="submit-after-silence",
    severity=Severity.ERROR,
    about=(
        "The client orders the same work again because it did not hear the answer "
        "to its first order, which was accepted: both are rendered and paid."
    ),
    fix=(
        "Look whether the job is there before ordering it again, or send a key of "
        "idempotency where the provider knows one."
    ),
    judge=_judge,
)
