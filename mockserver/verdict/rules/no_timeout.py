"""Rule: a client waits for an answer that never comes."""

from collections.abc import Iterator

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity

__all__ = ["RULE"]

_MAX_S = 60.0


def _judge(case: Case) -> Iterator[Seen]:
    for one in case.exchanges:
        if one.fault and one.elapsed_s > _MAX_S and one.role != "download":
            yield Seen(
                f"waited {one.elapsed_s:.0f} s for the answer of {one.operation}",
                (one.number,),
                one.job,
                one.slug,
            )


RULE = Rule(
    id="no-timeout",
    severity=Severity.WARNING,
    about=(
        "The client has waited more than a minute for one answer; it would wait "
        "for ever."
    ),
    fix="Give every call a time-out.",
    judge=_judge,
)
