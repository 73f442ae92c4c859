"""Summary: what a run of tests tells at its end of rules, findings and money."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from mockserver.verdict.bill import money

__all__ = ["sections"]

_SHOWN: Final = 3

Rules = Iterable[tuple[str, str, int]]
Findings = Iterable[tuple[str, str, str]]
Billed = Iterable[tuple[str, str, str, int, str]]


def sections(
    rules: Rules, findings: Findings, bill: Billed, *, every: bool
) -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each section that has something to tell.

    Args:
        rules: Test, rule of a scenario, and how often it has fired there.
        findings: Test, severity and rule, and what was seen there.
        bill: Test, provider, currency, how many jobs, and what they have cost there.
        every: Rules that have fired are named, too.
    """
    parts = (
        ("rules of scenarios", _rules(rules, every=every)),
        ("findings about the client", _findings(findings)),
        ("what the jobs would cost", _costs(bill)),
    )
    yield from ((title, "\n".join(lines)) for title, lines in parts if lines)


def _rules(told: Rules, *, every: bool) -> list[str]:
    """Return lines about the rules of scenarios that never fired, or about all."""
    counts = defaultdict[str, list[int]](list)
    for _, name, fired in told:
        counts[name].append(fired)
    return [
        f"{name}: {f'fired {sum(fired)}x' if any(fired) else 'never fired'}"
        f" in {len(fired)} {'tests' if len(fired) > 1 else 'test'}"
        for name, fired in sorted(counts.items())
        if every or not any(fired)
    ]


def _findings(told: Findings) -> list[str]:
    """Return lines about the habits of clients, each with some of its tests."""
    places = defaultdict[str, list[str]](list)
    for test, title, said in told:
        places[title].append(f"  {test}: {said}")
    lines = []
    for title, seen in sorted(places.items()):
        some = [*dict.fromkeys(seen)]
        lines += [title, *some[:_SHOWN]]
        if len(some) > _SHOWN:
            lines.append(f"  and {len(some) - _SHOWN} more")
    return lines


def _costs(told: Billed) -> list[str]:
    """Return a line about the money of each provider, if any would be spent."""
    jobs = Counter[tuple[str, str]]()
    costs = defaultdict[tuple[str, str], Decimal](Decimal)
    for _, slug, currency, count, spent in told:
        jobs[slug, currency] += count
        costs[slug, currency] += Decimal(spent)
    if not any(costs.values()):
        return []
    lines = []
    for (slug, currency), count in sorted(jobs.items()):
        cost = money(costs[slug, currency], currency) if currency else "no price known"
        lines.append(f"{slug}: {cost} for {count} {'jobs' if count > 1 else 'job'}")
    return lines
