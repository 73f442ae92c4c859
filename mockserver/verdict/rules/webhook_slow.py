"""Rule: a webhook's receiver takes long to answer."""

from collections.abc import Iterator

from mockserver.verdict.case import Case, Sent
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import sent_as

__all__ = ["RULE"]

_MAX_S = 5.0


def _judge(case: Case) -> Iterator[Seen]:
    for late in sent_as(case, _is_slow):
        first, longest_s = late[0], max(one.elapsed_s for one in late)
        yield Seen(
            f"attempts at {first.label} took up to {longest_s:.1f} s",
            (),
            first.job,
            first.slug,
            (first.delivery,),
        )


def _is_slow(one: Sent) -> bool:
    return one.elapsed_s > _MAX_S or one.error == "timeout"


RULE = Rule(
    id="webhook-slow",
    severity=Severity.WARNING,
    about=(
        "The receiver answers a webhook late; providers give up, and send it again."
    ),
    fix="Answer at once, and work afterwards.",
    judge=_judge,
)
