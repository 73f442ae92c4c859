"""Rule: a client goes on beyond the provider's rate."""

from collections import defaultdict
from collections.abc import Iterator

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity

__all__ = ["RULE"]

_TIMES = 3


def _judge(case: Case) -> Iterator[Seen]:
    refused = defaultdict(list)
    for one in case.exchanges:
        if one.status == 429 and not one.fault:
            refused[one.slug, one.operation].append(one.number)
    for (slug, operation), numbers in refused.items():
        if len(numbers) >= _TIMES:
            yield Seen(
                f"{operation} was refused {len(numbers)} times with 429",
                tuple(numbers),
                slug=slug,
            )


RULE = Rule(
    id="over-the-rate",
    severity=Severity.WARNING,
    about=(
        "The client was told 429 by the provider's own limit again and again: it "
        "calls more often than its plan allows."
    ),
    fix="Keep count of your calls, and wait before the limit says so.",
    judge=_judge,
)
