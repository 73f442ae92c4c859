"""Rule: a webhook that comes twice is refused once."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, Sent
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import sent_as

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    for attempts in sent_as(case, _is_right):
        statuses = [one.status for one in attempts if one.status is not None]
        good = [number for number, one in enumerate(statuses) if 200 <= one < 300]
        again = statuses[good[0] + 1 :] if good else []
        if any(status >= 300 for status in again):
            first = attempts[0]
            yield Seen(
                f"{first.label} came {len(attempts)} times, answered {statuses}",
                (),
                first.job,
                first.slug,
                (first.delivery,),
            )


def _is_right(one: Sent) -> bool:
    return one.status is not None and not one.is_missigned


RULE = Rule(
    id="webhook-not-idempotent",
    severity=Severity.WARNING,
    about=(
        "The receiver took a webhook, and refused the same one when it came "
        "again; the provider takes that for a failure."
    ),
    fix=(
        "Know deliveries by their id, and answer 2xx to each that has been seen before."
    ),
    judge=_judge,
)
