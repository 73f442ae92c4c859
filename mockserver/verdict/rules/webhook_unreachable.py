"""Rule: nobody listens where a webhook goes."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, Sent
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import sent_as

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    for missed in sent_as(case, _is_missed):
        first = missed[0]
        yield Seen(
            f"{len(missed)} attempts at {first.label} have reached nobody"
            f" ({first.error})",
            (),
            first.job,
            first.slug,
            (first.delivery,),
        )


def _is_missed(one: Sent) -> bool:
    return one.error in {"connect", "invalid"}


RULE = Rule(
    id="webhook-unreachable",
    severity=Severity.WARNING,
    about="The address that was given for webhooks cannot be reached.",
    fix=(
        "Listen there before the job is ordered, and keep asking for the state "
        "beside it."
    ),
    judge=_judge,
)
