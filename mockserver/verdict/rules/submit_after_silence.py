"""Rule: work is ordered again though its first order was accepted."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, is_refusal
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import Work, work_of

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    unheard: dict[Work, tuple[int, int, str]] = {}
    for exchange in case.exchanges:
        if exchange.role != "submit":
            continue
        number, status, job = unheard.pop(work_of(exchange), (0, 0, exchange.job))
        if job != exchange.job:
            yield Seen(
                f"ordered again as {exchange.job}; the answer about {job} was"
                f" lost ({status})",
                (number, exchange.number),
                exchange.job,
                exchange.slug,
            )
        if is_refusal(exchange):
            lost = exchange.number, exchange.status, exchange.job
            unheard[work_of(exchange)] = lost


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
