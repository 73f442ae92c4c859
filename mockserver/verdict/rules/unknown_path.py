"""Rule: a path is called that the provider does not have."""

from collections import defaultdict
from collections.abc import Iterator

from mockserver.verdict.case import Case
from mockserver.verdict.finding import Rule, Seen, Severity

__all__ = ["RULE"]


def _judge(case: Case) -> Iterator[Seen]:
    missed = defaultdict(list)
    hints = {}
    for one in case.exchanges:
        if one.slug and one.is_unmatched:
            what = one.slug, one.method, one.target.partition("?")[0]
            missed[what].append(one.number)
            hints[what] = one.hint
    for (slug, method, path), numbers in missed.items():
        hint = hints[slug, method, path]
        yield Seen(
            f"{method} {path} is no operation{hint and f': {hint}'}",
            tuple(numbers),
            slug=slug,
        )


RULE = Rule(
    id="unknown-path",
    severity=Severity.WARNING,
    about=(
        "The client calls a path that the provider does not have; the journal's "
        "hint says which one was probably meant."
    ),
    fix="Correct the path or the method.",
    judge=_judge,
)
