"""Rule: a wrongly signed webhook is taken."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, Sent
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import sent_as

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    for taken in sent_as(case, _is_taken):
        first, expected = taken[0], case.expected.get(taken[0].slug)
        if expected is not None and expected.is_signing:
            yield Seen(
                f"{first.label} was wrongly signed, and answered {first.status}",
                (),
                first.job,
                first.slug,
                (first.delivery,),
            )


def _is_taken(one: Sent) -> bool:
    return one.is_missigned and one.status is not None and 200 <= one.status < 300


RULE = Rule(
    id="webhook-unverified",
    severity=Severity.ERROR,
    about=(
        "The receiver took a webhook whose signature was wrong or missing: "
        "anybody who knows its address can send it one."
    ),
    fix=("Verify the signature over the raw body, and answer 401 if it does not fit."),
    judge=_judge,
)
