"""Rule: the same work is ordered twice within a minute."""

from collections import defaultdict
from collections.abc import Iterator

from mockserver.verdict.case import Case, is_good
from mockserver.verdict.finding import Rule, Seen, Severity
from mockserver.verdict.rules.reading import paid_twice, work_of

__all__ = ["RULE"]

_WITHIN_S = 60.0


def _judge(case: Case) -> Iterator[Seen]:
    known = defaultdict(list)
    paid = {one.second.number for one in paid_twice(case)}
    for exchange in case.exchanges:
        is_told = exchange.number in paid
        if exchange.role == "submit" and is_good(exchange) and not is_told:
            known[work_of(exchange)].append(exchange)
    for alike in known.values():
        soon = [one for one in alike[1:] if one.at - alike[0].at <= _WITHIN_S]
        if soon:
            yield Seen(
                f"ordered {1 + len(soon)} times in {_WITHIN_S:.0f} s, word for word",
                tuple(one.number for one in (alike[0], *soon)),
                alike[0].job,
                alike[0].slug,
            )


RULE = Rule(
    id="submit-twice",
    severity=Severity.NOTE,
    about=(
        "Two orders of exactly the same work came within a minute, and both were "
        "accepted; if nobody wants two, one is paid for nothing."
    ),
    fix="Let a second click, or a second worker, find the job of the first.",
    judge=_judge,
)
