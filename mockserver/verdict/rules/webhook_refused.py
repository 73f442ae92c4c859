"""Rule: a webhook is not answered with success."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, Sent
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import sent_as

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    for refused in sent_as(case, _is_refused):
        first, statuses = refused[0], [one.status for one in refused]
        yield Seen(
            f"{first.label} was answered {', '.join(map(str, statuses))}",
            (),
            first.job,
            first.slug,
            (first.delivery,),
        )


def _is_refused(one: Sent) -> bool:
    return one.status is not None and not (one.is_done or one.is_tampered)


RULE = Rule(
    id="webhook-refused",
    severity=Severity.WARNING,
    about=(
        "The receiver answers a good webhook with something else than success; "
        "the provider sends it again, or switches it off."
    ),
    fix=(
        "Answer 2xx to everything that is rightly signed, also to events that are "
        "not known."
    ),
    judge=_judge,
)
